using Mortanba.Storage;

namespace Mortanba.Host.Monitoring;

/// <summary>What a monitor keeps beside its copy of the log: how far it has read, whose diplomas it saw, what it found.</summary>
internal static class MonitorSchema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("monitor", 1, """
            CREATE TABLE monitor_place (id INTEGER NOT NULL PRIMARY KEY, origin TEXT NOT NULL, bin TEXT NOT NULL, size {bigint} NOT NULL);
            CREATE TABLE monitor_assets (asset TEXT NOT NULL PRIMARY KEY, decision TEXT NOT NULL);
            CREATE INDEX monitor_assets_decision ON monitor_assets (decision);
            CREATE TABLE monitor_findings (
                idx {bigint} NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL, at {bigint} NOT NULL, told BOOLEAN NOT NULL,
                PRIMARY KEY (idx, code));
            """),
        // Decisions and replacements were not noted before: the log is read anew, and what was told stays told.
        new("monitor", 2, """
            CREATE TABLE monitor_decisions (decision TEXT NOT NULL PRIMARY KEY, ordered {bigint});
            DELETE FROM monitor_assets;
            ALTER TABLE monitor_assets ADD COLUMN idx {bigint} NOT NULL DEFAULT 0;
            ALTER TABLE monitor_assets ADD COLUMN at {bigint} NOT NULL DEFAULT 0;
            ALTER TABLE monitor_assets ADD COLUMN replaces TEXT;
            ALTER TABLE monitor_assets ADD COLUMN replaced BOOLEAN NOT NULL DEFAULT FALSE;
            ALTER TABLE monitor_place ADD COLUMN newest_at {bigint};
            ALTER TABLE monitor_place ADD COLUMN grown_at {bigint};
            ALTER TABLE monitor_findings ADD COLUMN kind TEXT;
            UPDATE monitor_place SET size = 0;
            """),
    ];
}
