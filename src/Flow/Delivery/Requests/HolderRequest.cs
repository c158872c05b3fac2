using Mortanba.Foundation;

namespace Mortanba.Delivery;

public enum RequestKind
{
    /// <summary>Something in the diploma is wrong: the institution answers.</summary>
    Correct,

    /// <summary>Destroy my data: the data-protection officer answers.</summary>
    Erase,

    /// <summary>Do not use or give out my data until it is clarified: the data-protection officer answers.</summary>
    Block,

    /// <summary>Lift the block.</summary>
    Unblock,
}

public enum RequestState
{
    Open,

    /// <summary>What was asked was done.</summary>
    Done,

    /// <summary>Refused with reasons.</summary>
    Refused,

    /// <summary>Taken back by the holder.</summary>
    Withdrawn,
}

/// <summary>Stable words of the database and the locale files.</summary>
public static class RequestWordsOf
{
    public static string Word(this RequestKind kind) => kind switch
    {
        RequestKind.Correct => "correct",
        RequestKind.Erase => "erase",
        RequestKind.Block => "block",
        RequestKind.Unblock => "unblock",
    };

    public static string Word(this RequestState state) => state switch
    {
        RequestState.Open => "open",
        RequestState.Done => "done",
        RequestState.Refused => "refused",
        RequestState.Withdrawn => "withdrawn",
    };
}

/// <summary>What a holder wrote, and what was answered. Personal data; sealed at rest.</summary>
/// <param name="Field">Claim name of what is wrong; empty when the whole is meant.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Right">What it should be.</param>
/// <param name="Proof">By what it can be seen.</param>
/// <param name="Answer">The reasons of the answer; null while it is open.</param>
public sealed record RequestWords(string Field, string Wrong, string Right, string Proof, string? Answer = null);

/// <summary>A request of a holder about their data (requirement X-8).</summary>
/// <param name="Account">Whose it is; an id.</param>
/// <param name="Version">Goes up with each change: whoever answers names the one they read.</param>
/// <param name="DueOn">Last day of the term for an answer, by the rules of the day it came.</param>
/// <param name="DecidedBy">Id of the account that answered.</param>
public sealed record HolderRequest(
    string Id,
    RequestKind Kind,
    Bin Institution,
    AssetId Credential,
    string Account,
    RequestState State,
    int Version,
    DateTimeOffset At,
    DateOnly DueOn,
    DateTimeOffset? DecidedAt,
    string? DecidedBy,
    RequestWords Words);
