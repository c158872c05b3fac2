using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>What of a case its applicant sees: their own documents, what was found out about them, and after the decision everything it rests on.</summary>
internal static class CaseSight
{
    public static bool Sees(RecognitionCase now, CaseDocument document) =>
        document.Source == EvidenceSource.Applicant || now.Decision is not null || document.Item == DocumentItems.RegisterExtract;
}
