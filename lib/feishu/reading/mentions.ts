// Knows who is mentioned in a message, and puts names in the place of the keys that stand for them.

export type Mention = { key: string; name?: string; id?: { open_id?: string } };

const MOST = 200;
const EVERYBODY = "@_all";
const NAMES_OF_EVERYBODY = new Set([EVERYBODY, "all", "all_members"]);

/** Somebody whom an element of a post or a card mentions. */
export type Mentioned = { key?: string; id?: string; name?: string };

export class Mentions {
  readonly #byKey = new Map<string, Mention>();
  readonly #keyOfId = new Map<string, string>();
  includeAll = false;

  constructor(listed: Mention[]) {
    for (const mention of listed.slice(0, MOST)) this.#add(mention);
    this.includeAll = this.#byKey.has(EVERYBODY);
  }

  get list(): Mention[] {
    return [...this.#byKey.values()];
  }

  /** What stands in the text for somebody whom an element mentions. Feishu may leave them out of `mentions`. */
  keyFor({ key = "", id = "", name = "" }: Mentioned): string {
    if (NAMES_OF_EVERYBODY.has(id) || key === EVERYBODY) {
      this.includeAll = true;
      return EVERYBODY;
    }
    const known = [key, id].find((one) => this.#byKey.has(one)) ?? this.#keyOfId.get(id);
    if (known !== undefined) return known;
    if (id === "" || id.startsWith("@")) return name ? `@${name}` : id || key || "@";
    if (this.#byKey.size >= MOST) return `@${name || id}`;
    // Private-use characters: nobody types a key like this.
    const own = `\ue000${this.#byKey.size}\ue001`;
    this.#add({ key: own, name: name || id, id: { open_id: id } });
    return own;
  }

  #add(mention: Mention): void {
    if (mention.key === "") return;
    this.#byKey.set(mention.key, mention);
    for (const id of Object.values(mention.id ?? {})) if (id) this.#keyOfId.set(id, mention.key);
  }

  /** In one pass, so that a name that looks like a key is not replaced again. Mentions of the bot are taken out. */
  resolve(text: string, isBot: (mention: Mention) => boolean): string {
    const keys = this.#keys();
    if (keys === "") return text;
    const pattern = new RegExp(`([ \\t]?)(${keys})([ \\t]?)`, "g");
    return text.replace(pattern, (whole, before: string, key: string, after: string, at: number, all: string) => {
      const mention = this.#byKey.get(key);
      if (!mention) return `${before}@all${after}`;
      if (!isBot(mention)) return `${before}${mention.name ? `@${mention.name}` : key}${after}`;
      const isLineStart = at === 0 || all[at - 1] === "\n";
      const next = all[at + whole.length];
      if (isLineStart || next === undefined || /[\n,.;:!?，。；：！？、]/.test(next)) return "";
      return before || after;
    });
  }

  // The longest first: `@_user_1` is the beginning of `@_user_12`.
  #keys(): string {
    const keys = [...this.#byKey.keys()].sort((a, b) => b.length - a.length).map(escaped);
    return [...keys, ...(this.includeAll ? [`${EVERYBODY}\\b`] : [])].join("|");
  }
}

const escaped = (key: string): string => key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
