import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

// The program itself before the script that starts it: whoever ends a script leaves its program running.
const PLACES = [process.env["CHROMIUM"], "/usr/lib/chromium/chromium", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine; null when there is none. */
export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** One tab of a real Chromium, spoken to over a pipe (Chrome DevTools Protocol): no port, no package. */
export class Tab {
  /** Addresses of every request that was sent, but for those of the page itself. */
  readonly requests: string[] = [];
  private readonly waiting = new Map<number, { done: (value: unknown) => void; failed: (why: Error) => void }>();
  private readonly once = new Map<string, () => void>();
  private id = 0;
  private rest = "";
  private session: string | undefined;

  private constructor(
    private readonly browser: ChildProcess,
    private readonly profile: string,
  ) {
    (browser.stdio[4] as Readable).on("data", (bytes: Buffer) => {
      const messages = (this.rest + bytes.toString()).split("\0");
      this.rest = messages.pop()!;
      for (const message of messages) this.hear(JSON.parse(message) as Message);
    });
  }

  static async open(): Promise<Tab> {
    const profile = mkdtempSync(join(tmpdir(), "verifier-"));
    const browser = spawn(CHROMIUM!, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-gpu-sandbox", "--no-first-run", "--disable-dev-shm-usage",
      "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", process.env["VERIFIER_DEBUG"] ? "inherit" : "ignore", "pipe", "pipe"] });
    const tab = new Tab(browser, profile);
    const { targetInfos } = await tab.send<{ targetInfos: { targetId: string; type: string }[] }>("Target.getTargets");
    const target = targetInfos.find((one) => one.type === "page")?.targetId
      ?? (await tab.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" })).targetId;
    tab.session = (await tab.send<{ sessionId: string }>("Target.attachToTarget", { targetId: target, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Network", "DOM"]) await tab.send(`${domain}.enable`);
    return tab;
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.browser.once("exit", done));
    this.browser.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  send<T = unknown>(method: string, params: object = {}): Promise<T> {
    const id = ++this.id;
    const message = { id, method, params, ...(this.session === undefined ? {} : { sessionId: this.session }) };
    (this.browser.stdio[3] as Writable).write(JSON.stringify(message) + "\0");
    return new Promise<T>((done, failed) => this.waiting.set(id, { done: done as (value: unknown) => void, failed }));
  }

  /** Opens a page anew, also when only what stands behind # is another. */
  async go(url: string): Promise<void> {
    await this.load("about:blank");
    await this.load(url);
  }

  private async load(url: string): Promise<void> {
    const loaded = new Promise<void>((done) => this.once.set("Page.loadEventFired", done));
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page, awaited; throws what the page throws. */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send<{
      result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } };
    }>("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  private hear({ id, method, params, result, error }: Message): void {
    if (id !== undefined) {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) waiting?.failed(new Error(error.message));
      else waiting?.done(result);
    } else if (method !== undefined) {
      this.once.get(method)?.();
      this.once.delete(method);
      if (method === "Network.requestWillBeSent") {
        const { url } = (params as { request: { url: string } }).request;
        if (!/^(file|about|data|blob):/.test(url)) this.requests.push(url);
      }
    }
  }
}
