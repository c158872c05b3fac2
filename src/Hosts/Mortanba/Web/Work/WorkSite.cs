namespace Mortanba.Host.Web;

/// <summary>The pages of people with an account: console, graduate's page, signing in. Mapped beside the public site.</summary>
internal static class WorkSite
{
    public static void MapMortanbaWork(this WebApplication app)
    {
        var pages = app.MapGroup("/{lang:language}");
        app.Use(async (context, next) =>
        {
            var isGuess = HttpMethods.IsPost(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<Guessable>() is not null;
            if (!isGuess
                || (await context.RequestServices.GetRequiredService<LookupLimits>().AllowSignInAsync(context)
                    && await FormGuard.TryReadAsync(context)))
            {
                await next(context);
            }
        });
        var api = app.MapGroup("/api/v1");
        ListsApi.Map(api);
        AiTaskApi.Map(api);
        UseApi.Map(api);
        CentrePages.MapApi(api);
        StatisticsPages.MapApi(api);
        Ai.Indicators.IndicatorApi.Map(api);
        CentreApi.Map(api);
        AiRegisterPages.MapApi(api);
        CompetenceDeskPages.MapApi(api);
        OpenSchoolPages.MapApi(api);
        SchoolListPages.MapApi(api);
        var guessable = pages.MapGroup("").WithMetadata(new Guessable());
        SignInPages.Map(guessable);
        PasskeyPages.Map(guessable);
        EdsPages.Map(guessable, pages);
        OidcPages.Map(app, guessable, pages);
        LtiPages.Map(app, pages);
        CalendarPages.Map(app, pages);
        InvitationPages.Map(guessable);
        ClaimPages.Map(guessable, pages);
        ApplyPages.Map(guessable, pages);
        SecurityPages.Map(pages);
        SecondFactorPages.Map(pages);
        UnsentForms.Map(pages);
        ConsolePages.Map(pages);
        ListPages.Map(pages);
        ApprovalPages.Map(pages);
        PeoplePages.Map(pages);
        ClientPages.Map(pages);
        WebhookPages.Map(pages);
        ConnectionPages.Map(pages);
        PlacePages.Map(pages);
        DirectoryPages.Map(pages);
        DeliveryPages.Map(pages);
        TrailPages.Map(pages);
        MePages.Map(pages);
        ShareBuilder.Map(pages);
        SharePages.Map(pages);
        SharedPages.Map(pages);
        RequestPages.Map(pages);
        TokenPages.Map(pages);
        MyDataPages.Map(pages);
        CasePages.Map(pages);
        MeAiPages.Map(pages);
        PortfolioPages.Map(pages);
        AssessPages.Map(pages);
        CoursePages.Map(pages);
        LearnerPages.Map(pages);
        MyProjectPages.Map(pages);
        CompetenceDeskPages.Map(pages);
        TaskPages.Map(pages);
        MyTaskPages.Map(pages);
        IntegrityPages.Map(pages);
        MyIntegrityPages.Map(pages);
        PanelPages.Map(pages);
        SchoolPages.Map(pages);
        PlatformPages.Map(pages);
        RegisterPages.Map(pages);
        ErasurePages.Map(pages);
        CaseErasurePages.Map(pages);
        DiplomaPages.Map(pages);
        ChangePages.Map(pages);
        KeyPages.Map(pages);
        CentrePages.Map(pages);
        StatisticsPages.Map(pages);
        Ai.Indicators.IndicatorPages.Map(pages);
        Ai.Indicators.RoadmapPages.Map(pages);
        OpennessPages.Map(pages);
        RegisterDeskPages.Map(pages);
        InquiryPages.Map(pages);
        DeskPages.Map(pages);
        AiRegisterPages.Map(pages);
        SystemPages.Map(pages);
        VendorPages.Map(pages);
    }
}

/// <summary>Marks forms that somebody could send again and again with guesses: they share a bucket for each client.</summary>
internal sealed record Guessable;
