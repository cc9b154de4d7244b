// Walks over a card's elements, however deep and many they are, and gives each to whoever reads its kind.
import { READERS } from "@/lib/feishu/reading/card-elements";
import { type Fields, firstOf, inOneLanguage, isFields, listIn, stringIn, wordIn } from "@/lib/feishu/reading/fields";
import type { Mentioned, Mentions } from "@/lib/feishu/reading/mentions";
import { cardWords } from "@/lib/feishu/reading/words";

export type ElementReader = (fields: Fields, reader: CardReader) => string;

const MOST_ELEMENTS = 10_000; // Feishu's own limit is 200
const DEEPEST = 40;

const MARKDOWN = new Set(["lark_md", "markdown", "markdown_v1", "md"]);
const CONTROLS = new Set(["button", "overflow", "checker", "select_static", "select_person", "date_picker"]);

export class CardReader {
  readonly #mentions: Mentions;
  /** Names and mentions, by the ids that elements name, where a card comes with them. */
  readonly #attachment: Fields;
  #left = MOST_ELEMENTS;
  #depth = 0;
  /** There was more than is read. */
  isExhausted = false;

  constructor(mentions: Mentions, attachment: Fields = {}) {
    this.#mentions = mentions;
    this.#attachment = attachment;
  }

  /** One element a line; a list within the list is a paragraph. */
  blocks(elements: unknown): string {
    return this.#each(elements, (element) => (Array.isArray(element) ? this.inline(element) : this.element(element)))
      .filter((text) => text !== "")
      .join("\n");
  }

  /** Elements that stand beside each other. */
  inline(elements: unknown): string {
    let line = "";
    let wasControl = false;
    this.#each(elements, (element) => {
      const isControl = isFields(element) && CONTROLS.has(stringIn(element.tag));
      const text = typeof element === "string" ? element : this.element(element);
      if (text === "") return;
      line += (isControl || wasControl) && line !== "" && !/\s$/.test(line) ? ` ${text}` : text;
      wasControl = isControl;
    });
    return line;
  }

  element(element: unknown): string {
    if (!isFields(element)) return "";
    const fields = isFields(element.property) ? { ...element, ...element.property } : element;
    return this.#within(() => (READERS.get(stringIn(element.tag)) ?? unknownElement)(fields, this));
  }

  /** Of what may be a string, a text element, or several languages of it. */
  text(value: unknown): string {
    if (!isFields(value)) return Array.isArray(value) ? this.inline(value) : wordIn(value);
    const fields = isFields(value.property) ? { ...value, ...value.property } : value;
    const { content, text, i18n, i18n_content, i18nContent, elements } = fields;
    const said = firstOf(content, text, ...[i18n, i18n_content, i18nContent].map(inOneLanguage));
    if (said !== "") return MARKDOWN.has(stringIn(value.tag)) ? this.markdown(said) : said;
    return this.#within(() => (isFields(text) ? this.text(text) : this.inline(elements)));
  }

  markdown = (words: string): string => cardWords(words, this.#mentions);

  mention(mentioned: Mentioned): string {
    const { content, mention_key: key, user_id: id } = this.#known("at_users", mentioned.id);
    const isListed = stringIn(key) !== "" || stringIn(id) !== "";
    return this.#mentions.keyFor({
      ...mentioned,
      ...(isListed ? { key: mentioned.key || stringIn(key) } : {}),
      name: mentioned.name || stringIn(content),
    });
  }

  /** The name where the card comes with it. */
  person = (id: string, name = ""): string =>
    name || firstOf(this.#known("persons", id).content, this.#known("option_users", id).content, id);

  #known(kind: string, id: string | undefined): Fields {
    const all = this.#attachment[kind];
    const one = isFields(all) && id !== undefined && Object.hasOwn(all, id) ? all[id] : undefined;
    return isFields(one) ? one : {};
  }

  /** What is filled into a template, or stands in a cell. */
  value(value: unknown): string {
    return this.#within(() => {
      if (typeof value === "boolean") return String(value);
      if (Array.isArray(value))
        return this.#each(value, (one) => this.value(one))
          .filter(Boolean)
          .join(", ");
      if (!isFields(value)) return wordIn(value);
      if ("img_key" in value) return "[image]";
      const said = this.text(value) || firstOf(value.url, value.data);
      if (said !== "") return said;
      if ("id" in value) return this.person(wordIn(value.id));
      const parts = this.#each(Object.keys(value), (name) => {
        const words = this.value(value[String(name)]);
        return words && `${name}: ${words}`;
      });
      return parts.filter((part) => part !== "").join(", ");
    });
  }

  header(card: Fields): { title: string; text: string } {
    const given = isFields(card.header) ? card.header : {};
    const header = isFields(given.property) ? { ...given, ...given.property } : given;
    const oneLine = (value: unknown) => this.text(value).trim().replace(/\s+/g, " ");
    const title = oneLine(header.title) || oneLine(card.title) || oneLine(inOneLanguage(card.i18n_title));
    const tags = [header.text_tag_list, header.textTagList, inOneLanguage(header.i18n_text_tag_list)].flatMap((list) =>
      this.#each(list, (tag) => this.element(tag)),
    );
    const first = [title && `**${title}**`, ...tags].filter((part) => part !== "").join(" ");
    return { title, text: [first, oneLine(header.subtitle)].filter((part) => part !== "").join("\n") };
  }

  #each<R>(list: unknown, read: (one: unknown) => R): R[] {
    const found: R[] = [];
    for (const one of listIn(list)) {
      if (this.#left <= 0) {
        this.isExhausted = true;
        break;
      }
      this.#left -= 1;
      found.push(read(one));
    }
    return found;
  }

  /** What is deeper than anybody could see on a screen is left out. */
  #within(read: () => string): string {
    if (this.#depth >= DEEPEST) {
      this.isExhausted = true;
      return "";
    }
    this.#depth += 1;
    const text = read();
    this.#depth -= 1;
    return text;
  }
}

/** Of an element that Feishu invents one day: its words, and what is inside of it. */
function unknownElement(fields: Fields, reader: CardReader): string {
  const own = [fields.title, fields.label, fields.content, fields.text].map((value) => reader.text(value));
  const inner = [fields.elements, fields.columns, fields.fields, fields.actions, fields.items].map((list) =>
    reader.blocks(list),
  );
  return [...own, ...inner].filter((part) => part !== "").join("\n");
}
