using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>Tables of inquiries between information centres. Moments are Unix seconds; what was asked and answered is sealed.</summary>
public static class InquirySchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("recognition_inquiries", ["id"]),
        new("recognition_inquiry_messages", ["id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("inquiries", 1, """
            CREATE TABLE recognition_inquiries (
                id TEXT PRIMARY KEY,
                direction TEXT NOT NULL,
                centre TEXT NOT NULL,
                their_id TEXT NOT NULL,
                case_id TEXT,
                question TEXT NOT NULL,
                state TEXT NOT NULL,
                way TEXT NOT NULL,
                asked_at {bigint} NOT NULL,
                answered_at {bigint},
                outcome TEXT,
                reminders {bigint} NOT NULL,
                version {bigint} NOT NULL,
                data_key {blob} NOT NULL);
            CREATE INDEX recognition_inquiries_state ON recognition_inquiries (state, asked_at);
            CREATE INDEX recognition_inquiries_case ON recognition_inquiries (case_id);
            CREATE INDEX recognition_inquiries_theirs ON recognition_inquiries (centre, their_id);
            CREATE TABLE recognition_inquiry_messages (
                id TEXT PRIMARY KEY,
                inquiry TEXT NOT NULL REFERENCES recognition_inquiries (id),
                kind TEXT NOT NULL,
                at {bigint} NOT NULL,
                payload {blob} NOT NULL,
                state TEXT NOT NULL,
                attempts {bigint} NOT NULL,
                due_at {bigint} NOT NULL);
            CREATE INDEX recognition_inquiry_messages_inquiry ON recognition_inquiry_messages (inquiry);
            CREATE INDEX recognition_inquiry_messages_due ON recognition_inquiry_messages (state, due_at);
            """),
    ];
}
