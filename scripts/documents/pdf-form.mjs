// Puts what was filled into a PDF's form, and notes that were written onto it, where a person sees them.

const HIDDEN_FLAGS = 0b100010; // hidden, not viewed

/** With the label that stands in for the place, where there are no words beside it. */
export function filledIn(annotations) {
  return annotations
    .filter(({ hidden, annotationFlags = 0 }) => !hidden && (annotationFlags & HIDDEN_FLAGS) === 0)
    .map((annotation) => ({
      value: writtenIn(annotation).trim(),
      label: annotation.alternativeText || annotation.fieldName || "",
      rect: annotation.rect,
    }))
    .filter(({ value }) => value !== "")
    .sort((a, b) => b.rect[3] - a.rect[3]);
}

function writtenIn(annotation) {
  const { subtype, fieldType, fieldValue, password } = annotation;
  if (subtype === "FreeText") return annotation.textContent?.join("\n") || annotation.contentsObj?.str || "";
  if (subtype !== "Widget" || password) return "";
  if (fieldType === "Btn") return isTicked(annotation) ? "☑" : "";
  const values = [fieldValue ?? ""].flat().filter((value) => typeof value === "string");
  if (fieldType === "Ch") return values.map((value) => shownAs(annotation, value)).join(", ");
  return fieldType === "Tx" ? values.join("") : "";
}

const isTicked = ({ checkBox, radioButton, exportValue, buttonValue, fieldValue }) =>
  (checkBox && fieldValue !== "Off" && fieldValue === exportValue) ||
  (radioButton && fieldValue !== "Off" && fieldValue === buttonValue);

const shownAs = ({ options = [] }, value) =>
  options.find(({ exportValue }) => exportValue === value)?.displayValue ?? value;

/** Each value follows the nearest words to its left on its line; those without any come at the end, with their labels. */
export function withFilledIn(items, filled) {
  const after = new Map();
  const others = [];
  for (const field of filled) {
    const item = nearest(items, field.rect);
    if (item) after.set(item, [...(after.get(item) ?? []), field]);
    else others.push(field.label === "" ? field.value : `${field.label}: ${field.value}`);
  }
  let text = "";
  for (const item of items) {
    const { str = "", hasEOL } = item;
    const fields = (after.get(item) ?? []).sort((a, b) => a.rect[0] - b.rect[0]);
    text += [str, ...fields.map(({ value }) => ` ${value} `)].join("") + (hasEOL ? "\n" : "");
  }
  return [text.replace(/ +$/gm, ""), ...others].filter((part) => part.trim() !== "").join("\n");
}

function nearest(items, [left, bottom, , top]) {
  let found;
  for (const item of items) {
    if (!item.str?.trim()) continue;
    const [, , , , x, y] = item.transform;
    const isOnLine = y >= bottom - item.height / 2 && y <= top;
    if (isOnLine && x <= left && (!found || x >= found.transform[4])) found = item;
  }
  return found;
}
