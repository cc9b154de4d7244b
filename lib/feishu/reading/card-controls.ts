// How what people press or fill in on a card is read: its label, what can be chosen, and what is chosen.
import type { CardReader, ElementReader } from "@/lib/feishu/reading/card-reader";
import { type Fields, firstOf, isFields, listIn, wordIn } from "@/lib/feishu/reading/fields";
import { clockOf } from "@/lib/feishu/reading/words";

const MOST_OPTIONS = 100;

const button: ElementReader = (fields, reader) => {
  const label = reader.text(fields.text) || reader.text(fields.content);
  const url = urlOf(fields);
  const words = label.trim().replace(/\s+/g, " ");
  if (words === "") return url;
  return url === "" ? `[${words}]` : `[${words}](${url})`;
};

/** Where a link or a button leads. */
export function urlOf(fields: Fields): string {
  const behaviors = [...listIn(fields.behaviors), ...listIn(fields.actions)].slice(0, 20).filter(isFields);
  const actions = behaviors.flatMap((one) => (isFields(one.action) ? [one, one.action] : [one]));
  const places = [fields, ...[fields.url, fields.multi_url, fields.href].filter(isFields), ...actions];
  return firstOf(...places.flatMap((place) => [place.href, place.url, place.default_url, place.pc_url]));
}

const optionsOf = ({ options }: Fields): Fields[] => listIn(options).slice(0, MOST_OPTIONS).filter(isFields);

const overflow: ElementReader = (fields, reader) =>
  optionsOf(fields)
    .map((option) => button(option, reader))
    .filter((text) => text !== "")
    .join(" ");

const actions: ElementReader = (fields, reader) => {
  const all = listIn(fields.actions).slice(0, MOST_OPTIONS);
  return all
    .map((one) => reader.element(one))
    .filter((text) => text !== "")
    .join(" ");
};

const select: ElementReader = (fields, reader) => {
  const chosen = new Set(
    [fields.initial_option, fields.initialOption, fields.initial_options, fields.selected_values, fields.selectedValues]
      .flat()
      .map(wordIn),
  );
  const index = Number(fields.initial_index) - 1;
  const options = optionsOf(fields).flatMap((option, at) => {
    const value = wordIn(option.value);
    const words = reader.text(option.text) || reader.person(value);
    if (words === "") return [];
    return (value !== "" && chosen.has(value)) || at === index ? `✓ ${words}` : words;
  });
  return labelled(fields, reader, options.join(" / "));
};

const input: ElementReader = (fields, reader) =>
  labelled(fields, reader, firstOf(fields.default_value, fields.defaultValue, fields.value));

const picker: ElementReader = (fields, reader) => {
  const names = ["initial_date", "initial_time", "initial_datetime", "initialDate", "initialTime", "initialDatetime"];
  const given = firstOf(...names.map((name) => fields[name]));
  const seconds = /^\d{9,10}$/.test(given) ? Number(given) : undefined;
  return labelled(fields, reader, seconds === undefined ? given : clockOf(seconds * 1000));
};

const checker: ElementReader = (fields, reader) =>
  `- [${fields.checked === true ? "x" : " "}] ${reader.text(fields.text)}`;

/** `label: value`; where nothing is filled in, what asks for it. */
function labelled({ label, placeholder }: Fields, reader: CardReader, value: string): string {
  const [name, hint] = [reader.text(label).replace(/[:：]\s*$/, ""), reader.text(placeholder)];
  const said = value || (hint && `[${hint}]`);
  return [name || (value && hint), said].filter((part) => part !== "").join(": ");
}

export const CONTROL_READERS: [string, ElementReader][] = [
  ["button", button],
  ["overflow", overflow],
  ["action", actions],
  ["actions", actions],
  ...["select_static", "select_person", "multi_select_static", "multi_select_person", "select_img"].map(
    (tag): [string, ElementReader] => [tag, select],
  ),
  ["input", input],
  ...["date_picker", "picker_time", "picker_datetime"].map((tag): [string, ElementReader] => [tag, picker]),
  ["checker", checker],
];
