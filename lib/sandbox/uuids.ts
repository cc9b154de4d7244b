// Remembers which message was sent under which uuid, so that a repeated send makes no second one.

// Feishu sends at most one message per uuid within an hour.
const UUID_WINDOW_MS = 3_600_000;
const UUIDS_KEPT = 50_000;

export class SentUuids {
  readonly #sent = new Map<string, { messageId: string; at: number }>();

  get(appId: string, uuid: string): string | undefined {
    const found = this.#sent.get(`${appId} ${uuid}`);
    return found && Date.now() - found.at < UUID_WINDOW_MS ? found.messageId : undefined;
  }

  note(appId: string, uuid: string, messageId: string, at = Date.now()): void {
    this.#sent.delete(`${appId} ${uuid}`);
    this.#sent.set(`${appId} ${uuid}`, { messageId, at });
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > UUIDS_KEPT && oldest !== undefined) this.#sent.delete(oldest);
  }

  /** What the app sent within the window, oldest first. */
  list(appId: string): { uuid: string; messageId: string; at: number }[] {
    const since = Date.now() - UUID_WINDOW_MS;
    return [...this.#sent].flatMap(([key, { messageId, at }]) => {
      const isOwn = at > since && key.startsWith(`${appId} `);
      return isOwn ? { uuid: key.slice(appId.length + 1), messageId, at } : [];
    });
  }
}
