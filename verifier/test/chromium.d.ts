/** The browser of this machine; null when there is none. */
export declare const CHROMIUM: string | null;
/** One tab of a real Chromium, spoken to over a pipe (Chrome DevTools Protocol): no port, no package. */
export declare class Tab {
    private readonly browser;
    private readonly profile;
    /** Addresses of every request that was sent, but for those of the page itself. */
    readonly requests: string[];
    private readonly waiting;
    private readonly once;
    private id;
    private rest;
    private session;
    private constructor();
    static open(): Promise<Tab>;
    close(): Promise<void>;
    send<T = unknown>(method: string, params?: object): Promise<T>;
    /** Opens a page anew, also when only what stands behind # is another. */
    go(url: string): Promise<void>;
    private load;
    /** The value of an expression in the page, awaited; throws what the page throws. */
    evaluate<T = unknown>(expression: string): Promise<T>;
    private hear;
}
