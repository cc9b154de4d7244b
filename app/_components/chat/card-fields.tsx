"use client";
import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import {
  behaviorsOf,
  type CardAction,
  type CardNode,
  nodesOf,
  stringOf,
  wordsOf,
} from "@/app/_components/chat/card-reading";
import { useCardForm, useCardScope } from "@/app/_components/chat/card-scope";
import { useChatHost } from "@/app/_components/chat/chat-host";

const CONTROL =
  "min-h-8.5 w-full rounded-control border border-line-strong bg-bg px-2.5 py-1 text-table text-ink placeholder:text-ink-3 disabled:bg-sunk disabled:text-ink-3 max-wide:text-[1rem]";

/** In a form a field's value waits for the form's button; outside the bot is told at once. */
function useEntry(node: CardNode) {
  const { press, isBusy } = useCardScope();
  const form = useCardForm();
  const name = stringOf(node.name);
  const { value } = behaviorsOf(node);
  const enter = (entered: unknown, action: Partial<CardAction>) => {
    if (form) {
      if (name) form.set(name, entered);
      return;
    }
    const said = value === undefined ? {} : { value };
    void press?.({ tag: String(node.tag), ...said, ...(name ? { name } : {}), ...action });
  };
  return { enter, inForm: form !== null, isDisabled: node.disabled === true || isBusy || (!form && !press) };
}

function useLabels(node: CardNode) {
  const locale = useLocale();
  const label = wordsOf(node.label, locale);
  const placeholder = wordsOf(node.placeholder, locale);
  return { label, placeholder, named: label || placeholder || stringOf(node.name) || String(node.tag) };
}

export function CardInput({ node }: { node: CardNode }) {
  const id = useId();
  const { enter, inForm, isDisabled } = useEntry(node);
  const { label, placeholder, named } = useLabels(node);
  const [text, setText] = useState(stringOf(node.default_value) ?? "");
  const change = (entered: string) => {
    setText(entered);
    if (inForm) enter(entered, {});
  };
  const common = {
    id,
    value: text,
    placeholder,
    disabled: isDisabled,
    maxLength: typeof node.max_length === "number" ? node.max_length : 1_000,
    className: CONTROL,
    ...(label ? {} : { "aria-label": named }),
  };
  const isLong = node.input_type === "multiline_text";
  return (
    <div className="grid w-full gap-1">
      {label && (
        <label htmlFor={id} className="text-small text-ink-2">
          {label}
        </label>
      )}
      {isLong ? (
        <textarea {...common} rows={Number(node.rows) || 3} onChange={(event) => change(event.target.value)} />
      ) : (
        <input
          {...common}
          type={node.input_type === "password" ? "password" : "text"}
          onChange={(event) => change(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (!inForm && text) enter(text, { input_value: text });
          }}
        />
      )}
    </div>
  );
}

/** One of a list, several of it, or people of the chat. */
export function CardSelect({ node }: { node: CardNode }) {
  const t = useTranslations("ui.chat");
  const locale = useLocale();
  const { nameOf } = useChatHost();
  const { enter, isDisabled } = useEntry(node);
  const { placeholder, named } = useLabels(node);
  const isMulti = String(node.tag).startsWith("multi_");
  const options = nodesOf(node.options).map(({ at, node: option }) => {
    const value = stringOf(option.value) ?? String(at);
    return { value, text: wordsOf(option.text, locale) || nameOf?.(value) || value };
  });
  const [chosen, setChosen] = useState<string[]>(() => {
    const initial = Array.isArray(node.selected_values) ? node.selected_values : [node.initial_option];
    return initial.filter((value): value is string => typeof value === "string");
  });
  const choose = (values: string[]) => {
    setChosen(values);
    const [first] = values;
    if (isMulti) enter(values, { options: values });
    else if (first) enter(first, { option: first });
  };
  return (
    <select
      aria-label={named}
      multiple={isMulti}
      value={isMulti ? chosen : (chosen[0] ?? "")}
      disabled={isDisabled}
      onChange={(event) => choose([...event.target.selectedOptions].map(({ value }) => value).filter(Boolean))}
      className={CONTROL}
    >
      {!isMulti && <option value="">{placeholder || t("choose")}</option>}
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

const PICKERS: Record<string, { type: string; initial: string }> = {
  date_picker: { type: "date", initial: "initial_date" },
  picker_time: { type: "time", initial: "initial_time" },
  picker_datetime: { type: "datetime-local", initial: "initial_datetime" },
};

export function CardPicker({ node }: { node: CardNode }) {
  const { enter, isDisabled } = useEntry(node);
  const { named } = useLabels(node);
  const { type, initial } = PICKERS[String(node.tag)] ?? { type: "date", initial: "initial_date" };
  return (
    <input
      type={type}
      aria-label={named}
      defaultValue={(stringOf(node[initial]) ?? "").replace(" ", "T").slice(0, 16)}
      disabled={isDisabled}
      onChange={({ target }) => {
        // Feishu sends the zone of the person along.
        const option = `${target.value.replace("T", " ")} +0800`;
        if (target.value) enter(option, { option });
      }}
      className={CONTROL}
    />
  );
}

export function CardChecker({ node }: { node: CardNode }) {
  const locale = useLocale();
  const { enter, isDisabled } = useEntry(node);
  const [checked, setChecked] = useState(node.checked === true);
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={checked}
        disabled={isDisabled}
        onChange={({ target }) => {
          setChecked(target.checked);
          enter(target.checked, { checked: target.checked });
        }}
        className="mt-0.75 size-4 flex-none accent-accent-fill"
      />
      <span className={checked ? "text-ink-3 line-through" : ""}>{wordsOf(node.text, locale)}</span>
    </label>
  );
}
