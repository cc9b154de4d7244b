"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import type { Contact } from "@/lib/events/contacts";

type PickListProps = {
  label: string;
  hint: string;
  /** Those that the bot has heard from or in. */
  known: readonly Contact[];
  ids: readonly string[];
  onChange: (ids: string[]) => void;
  error?: string | undefined;
};

const idsIn = (text: string): string[] => text.split(/[\s,;，；]+/).filter(Boolean);

const titleOf = (contact: Contact | undefined): string | undefined => contact?.name ?? contact?.title;

/** People or chats, chosen by their names from those that were heard; an id may be written as well. */
export function PickList({ label, hint, known, ids, onChange, error }: PickListProps) {
  const t = useTranslations("ui.replies.pick");
  const id = useId();
  const [text, setText] = useState("");
  const add = (more: string[]) => {
    onChange([...new Set([...ids, ...more])]);
    setText("");
  };
  const find = (word: string) => known.find((contact) => contact.name === word || contact.id === word)?.id;
  const left = known.filter((contact) => !ids.includes(contact.id));
  const nameOf = (wanted: string) => titleOf(known.find((contact) => contact.id === wanted));
  const enter = () => {
    const chosen = find(text.trim());
    if (text.trim()) add(chosen ? [chosen] : idsIn(text));
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-table font-medium">
        {label}
      </label>
      {ids.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={label}>
          {ids.map((each) => (
            <li
              key={each}
              className="flex min-w-0 items-center gap-1 rounded-full border bg-sunk py-0.5 pr-1 pl-2.5 text-small"
            >
              <span className={`truncate ${nameOf(each) ? "" : "font-mono"}`} title={each}>
                {nameOf(each) ?? each}
              </span>
              <button
                type="button"
                aria-label={t("remove", { name: nameOf(each) ?? each })}
                onClick={() => onChange(ids.filter((one) => one !== each))}
                className="grid size-6 place-items-center rounded-full text-ink-3 hover:bg-hover hover:text-ink"
              >
                <X className="size-3.5" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <input
          id={id}
          list={`${id}-known`}
          value={text}
          placeholder={t("placeholder")}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-hint`}
          autoComplete="off"
          onChange={(event) => {
            const chosen = find(event.target.value);
            if (chosen && !ids.includes(chosen)) add([chosen]);
            else setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            enter();
          }}
          className="h-9 w-full rounded-control border border-line-strong bg-bg px-2.5 placeholder:text-ink-3 max-wide:text-[1rem]"
        />
        <Button onClick={enter}>{t("add")}</Button>
      </div>
      <datalist id={`${id}-known`}>
        {left.map((contact) => (
          <option key={contact.id} value={contact.name ?? contact.id}>
            {contact.name ? contact.id : (contact.title ?? "")}
          </option>
        ))}
      </datalist>
      {error && <p className="text-small text-bad">{error}</p>}
      <p id={`${id}-hint`} className="text-small text-ink-3">
        {hint}
      </p>
      {left.length > 0 && (
        <div className="flex flex-wrap gap-1.5">
          {left.slice(0, 6).map((contact) => (
            <button
              key={contact.id}
              type="button"
              onClick={() => add([contact.id])}
              className="max-w-full truncate rounded-full border border-dashed px-2.5 py-0.5 text-small text-ink-2 hover:bg-hover"
            >
              + {titleOf(contact) ?? contact.id}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
