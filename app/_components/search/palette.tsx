"use client";
import { CornerDownLeft, Search, X } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { Failure } from "@/app/_components/parts/failure";
import { type Choice, fits, foundGroups, type Group } from "@/app/_components/search/choices";
import { useActions } from "@/app/_components/search/use-actions";
import { useFound } from "@/app/_components/search/use-found";
import { jump } from "@/app/_components/shell/jump";

export type PaletteProps = {
  open: boolean;
  onClose: () => void;
  isAdmin: boolean;
  /** What was written before the search was there; null from then on. */
  typed: RefObject<string | null>;
};

/** The search over everything, led by the keyboard: a combobox over one list of what can be chosen. */
export function Palette({ open, onClose, isAdmin, typed }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const t = useTranslations("ui.search");
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-label={t("open")}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      onKeyDown={(event) => event.stopPropagation()}
      className="mx-auto mt-[12dvh] mb-auto w-[min(40rem,calc(100vw-2rem))] overflow-hidden rounded-card border bg-raised p-0 text-ink max-wide:mt-3 max-wide:w-[calc(100vw-1rem)]"
    >
      {open && <Finder isAdmin={isAdmin} typed={typed} close={() => dialog.current?.close()} />}
    </dialog>
  );
}

type FinderProps = Pick<PaletteProps, "isAdmin" | "typed"> & { close: () => void };

function Finder({ isAdmin, typed, close }: FinderProps) {
  const t = useTranslations("ui.search");
  const [words, setWords] = useState(() => typed.current ?? "");
  // Keys go on being gathered until the field shows all that was: one in between would be taken for the whole of it.
  useEffect(() => {
    if (typed.current === null) return;
    if (typed.current === words) typed.current = null;
    else setWords(typed.current);
  });
  const { groups, failure, isSearching } = useGroups(words, isAdmin, close);
  const choices = groups.flatMap((group) => group.choices);
  const [picked, setPicked] = useState<string | null>(null);
  const active = choices.find(({ id }) => id === picked) ?? choices[0];
  const listId = useId();
  const optionId = (choice: Choice | undefined) => choice && `${listId}-${choice.id}`;

  const press = (event: KeyboardEvent) => {
    const at = active ? choices.indexOf(active) : -1;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
    const step = steps[event.key];
    // An input method confirms its own suggestion with Enter.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      active?.run();
    } else if (step) {
      event.preventDefault();
      const one = Math.abs(step) === 1;
      const next = one
        ? (at + step + choices.length) % choices.length
        : Math.min(choices.length - 1, Math.max(0, at + step));
      const choice = choices[next];
      setPicked(choice?.id ?? null);
      document.getElementById(optionId(choice) ?? "")?.scrollIntoView({ block: "nearest" });
    }
  };

  return (
    <div>
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search className="size-4 flex-none text-ink-3" aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: who opens the search wants to write in it.
          autoFocus
          // Not of the type "search": Escape would only empty it there, and close nothing.
          type="text"
          enterKeyHint="search"
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={optionId(active)}
          aria-autocomplete="list"
          aria-label={t("open")}
          placeholder={t("placeholder")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setPicked(null);
          }}
          onKeyDown={press}
          className="h-12 min-w-0 flex-1 bg-transparent text-heading outline-none placeholder:text-ink-3 max-wide:text-[1rem]"
        />
        <button
          type="button"
          onClick={close}
          aria-label={t("close")}
          className="-mr-1.5 grid size-8.5 flex-none place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      </div>
      <Failure of={failure} />
      <div
        id={listId}
        role="listbox"
        aria-label={t("results")}
        aria-busy={isSearching}
        className="max-h-[min(26rem,60dvh)] overflow-y-auto overscroll-contain p-1.5"
      >
        {groups.map(({ name, choices: ofGroup }) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox.
          <div key={name} role="group" aria-label={t(`groups.${name}`)}>
            <div aria-hidden="true" className="px-2.5 pt-2 pb-1 text-tiny font-medium text-ink-3">
              {t(`groups.${name}`)}
            </div>
            {ofGroup.map((choice) => (
              <Option
                key={choice.id}
                id={optionId(choice) ?? ""}
                choice={choice}
                isActive={choice === active}
                onPoint={() => setPicked(choice.id)}
              />
            ))}
          </div>
        ))}
        {choices.length === 0 && !isSearching && <p className="px-2.5 py-6 text-ink-2">{t("nothing")}</p>}
      </div>
      <p role="status" className="sr-only">
        {isSearching ? t("searching") : t("count", { count: choices.length })}
      </p>
      <p className="flex gap-4 border-t px-4 py-2 text-tiny text-ink-3 max-wide:hidden" aria-hidden="true">
        {t("help")}
      </p>
    </div>
  );
}

type OptionProps = { id: string; choice: Choice; isActive: boolean; onPoint: () => void };

function Option({ id, choice: { title, detail, mono, run }, isActive, onPoint }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus.
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      onPointerMove={onPoint}
      onClick={run}
      className="flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2.5 py-1 text-table aria-selected:bg-accent-soft max-wide:min-h-11"
    >
      <span className="min-w-0 flex-1 truncate">{title}</span>
      {detail && (
        <span className={`text-small text-ink-3 ${mono ? "font-mono" : "max-w-[45%] truncate"}`}>{detail}</span>
      )}
      <CornerDownLeft className={`size-3.5 flex-none text-ink-3 ${isActive ? "" : "invisible"}`} aria-hidden="true" />
    </div>
  );
}

/** Without words: where to go and what to do. With words: what fits of that, and what the server finds. */
function useGroups(words: string, isAdmin: boolean, close: () => void) {
  const t = useTranslations("ui.search");
  const format = useFormatter();
  const { go, actions } = useActions(isAdmin, close);
  const { q, found, failure, isSearching } = useFound(words);
  const open = (address: string) => {
    close();
    jump(address);
  };
  const own: Group[] = [
    { name: "go", choices: q ? go.filter((choice) => fits(choice, q)) : go },
    { name: "actions", choices: q ? actions.filter((choice) => fits(choice, q)) : actions },
  ];
  const when = (at: string) => format.relativeTime(new Date(at), { now: new Date(), style: "short" });
  const all = (searched: string) => t("allMessages", { q: searched });
  const served = found ? foundGroups(found, q, open, { all, when }) : [];
  const groups = [
    ...served.filter(({ name }) => name === "bots"),
    ...own,
    ...served.filter(({ name }) => name !== "bots"),
  ];
  return { groups: groups.filter(({ choices }) => choices.length > 0), failure, isSearching };
}
