namespace Mortanba.Verification;

/// <summary>What a form says, true or not: for showing a specimen as a verifier would see it. Never an answer.</summary>
public static class Disclosed
{
    public static DisclosedContent? Of(ReadOnlyMemory<byte> presented, DateTimeOffset now)
    {
        using var thing = PresentedThing.Recognise(presented, now);
        return ContentReader.Read(thing);
    }
}
