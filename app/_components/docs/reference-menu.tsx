"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import type { ReferenceSection } from "@/app/_components/docs/written";

type ReferenceMenuProps = { sections: ReferenceSection[]; found: ReadonlySet<string> | null; current: string };

/** Leads to each endpoint: a list at the side, and where there is no room for one, a field to choose from. */
export function ReferenceMenu({ sections, found, current }: ReferenceMenuProps) {
  const t = useTranslations("ui.docs");
  const list = useRef<HTMLElement>(null);
  const shown = sections
    .map((section) => ({ ...section, calls: section.calls.filter(({ id }) => found?.has(id) ?? true) }))
    .filter(({ calls }) => calls.length > 0);
  const currentTag = sections.find(({ calls }) => calls.some(({ id }) => id === current))?.tag;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another endpoint is the current one.
  useEffect(() => {
    list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <>
      <select
        aria-label={t("jump")}
        value={shown.some(({ calls }) => calls.some(({ id }) => id === current)) ? current : ""}
        onChange={({ target }) => {
          if (target.value) window.location.hash = target.value;
        }}
        className="h-8.5 w-full min-w-0 rounded-control border border-line-strong bg-bg px-2 text-table max-wide:text-[1rem] huge:hidden"
      >
        <option value="">{t("jump")}</option>
        {shown.map(({ tag, title, calls }) => (
          <optgroup key={tag} label={title}>
            {calls.map(({ id, summary }) => (
              <option key={id} value={id}>
                {summary}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <nav
        ref={list}
        aria-label={t("contents")}
        className="-ml-2 overflow-y-auto overscroll-contain pb-4 text-table max-huge:hidden"
      >
        <ul className="grid gap-0.5">
          {shown.map(({ tag, title, calls }) => (
            <li key={tag}>
              <a
                href={`#${tag}`}
                className="block rounded-control px-2 py-1 font-medium text-ink-2 hover:bg-hover hover:text-ink"
              >
                {title}
              </a>
              {(found || tag === currentTag) && (
                <ul className="mb-2 ml-2 grid gap-0.5 border-l">
                  {calls.map(({ id, summary }) => (
                    <li key={id}>
                      <a
                        href={`#${id}`}
                        aria-current={id === current}
                        className="block rounded-r-control px-2.5 py-0.75 text-small text-ink-2 hover:bg-hover hover:text-ink aria-[current=true]:bg-accent-soft aria-[current=true]:text-accent-ink"
                      >
                        {summary}
                      </a>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
          {!found && (
            <li>
              <a
                href="#schemas"
                className="block rounded-control px-2 py-1 font-medium text-ink-2 hover:bg-hover hover:text-ink"
              >
                {t("schemas")}
              </a>
            </li>
          )}
        </ul>
      </nav>
    </>
  );
}
