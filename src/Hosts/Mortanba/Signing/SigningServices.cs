using Mortanba.Host.Acts;

namespace Mortanba.Host.Signing;

/// <summary>Approval and signing as services of the site: needs the installation, the flow and the accounts.</summary>
internal static class SigningServices
{
    public static IServiceCollection AddSigning(this IServiceCollection services)
    {
        services.AddSingleton<DraftReviews>();
        services.AddSingleton<ApproveDraft>();
        services.AddSingleton<ReturnDraft>();
        services.AddSingleton<TrySigningAgain>();
        services.AddSingleton<SigningService>();
        services.AddHostedService(s => s.GetRequiredService<SigningService>());
        return services;
    }
}
