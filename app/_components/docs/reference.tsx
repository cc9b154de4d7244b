"use client";
import "@/app/_components/docs/reference.css";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState } from "react";
import { ReferenceMenu } from "@/app/_components/docs/reference-menu";
import { useCopiedExamples, useCurrentCall, useOpenedTarget } from "@/app/_components/docs/reference-page";
import type { ReferenceCall, ReferenceSection } from "@/app/_components/docs/written";
import { SearchField } from "@/app/_components/parts/search-field";

type ReferenceProps = { sections: ReferenceSection[]; html: string; isInConsole: boolean };

/** The endpoints, with a search and a menu. What they say is written by the server, once for all readers. */
export function Reference({ sections, html, isInConsole }: ReferenceProps) {
  const t = useTranslations("ui.docs");
  const page = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const found = useMemo(() => foundIn(sections, search), [sections, search]);
  useEffect(() => {
    showOnly(page.current, found);
    // What is found begins at the top, however far down the reader was.
    if (found && (page.current?.getBoundingClientRect().top ?? 0) < 0) page.current?.scrollIntoView();
  }, [found]);
  useOpenedTarget(page, () => setSearch(""));
  useCopiedExamples(page, { copy: t("copy"), copied: t("copied") });
  const current = useCurrentCall(page);
  const content = useMemo(() => ({ __html: html }), [html]);
  return (
    <div className="grid gap-x-10 huge:grid-cols-[15rem_minmax(0,1fr)]">
      <div
        className={`sticky z-[5] grid min-w-0 content-start gap-3 self-start bg-bg py-2 max-huge:mb-4 max-huge:grid-cols-[3fr_2fr] huge:h-[calc(100dvh-3.5rem)] huge:grid-rows-[auto_auto_minmax(0,1fr)] ${
          isInConsole ? "top-12 wide:top-14" : "top-0"
        }`}
      >
        <SearchField value={search} onChange={setSearch} label={t("search")} className="" />
        <p
          role="status"
          className={found ? "text-small text-ink-3 max-huge:order-last max-huge:col-span-2" : "sr-only"}
        >
          {found && t("found", { count: found.size })}
        </p>
        <ReferenceMenu sections={sections} found={found} current={current} />
      </div>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own words; what is filled in is escaped. */}
      <div ref={page} className="reference min-w-0 max-huge:scroll-mt-12" dangerouslySetInnerHTML={content} />
    </div>
  );
}

/** The endpoints that hold every word, in the path, the summary or a field; null without a search. */
function foundIn(sections: ReferenceSection[], search: string): ReadonlySet<string> | null {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const holds = ({ id, method, path, summary, fields }: ReferenceCall) => {
    const text = `${id} ${method} ${path} ${summary} ${fields}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return new Set(sections.flatMap(({ calls }) => calls.filter(holds).map(({ id }) => id)));
}

function showOnly(page: HTMLElement | null, found: ReadonlySet<string> | null): void {
  for (const section of page?.querySelectorAll("section") ?? []) {
    let shown = 0;
    for (const call of section.querySelectorAll<HTMLElement>(":scope > details")) {
      call.hidden = found !== null && !found.has(call.id);
      if (!call.hidden) shown += 1;
    }
    section.hidden = shown === 0;
  }
}
