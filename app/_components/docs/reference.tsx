"use client";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState } from "react";
import { TOKEN_VARIABLE } from "@/app/_components/docs/example";
import { CopyBox } from "@/app/_components/parts/copy";
import { TextField } from "@/app/_components/parts/field";
import { SearchField } from "@/app/_components/parts/search-field";

const Token = createContext("");

/** Around the calls: what is searched for, and the token that stands in the examples. Neither leaves the page. */
export function Reference({ menu, children }: { menu: ReactNode; children: ReactNode }) {
  const t = useTranslations("ui.docs");
  const [token, setToken] = useState("");
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<number | null>(null);
  const look = (text: string) => {
    setSearch(text);
    const count = filter(text);
    setFound(text.trim() ? count : null);
  };
  return (
    <Token value={token.trim()}>
      <div className="mb-6 flex flex-wrap items-start justify-between gap-4 border-y py-4">
        <div className="grid gap-1">
          <SearchField value={search} onChange={look} label={t("search")} />
          <p role="status" className="text-small text-ink-3">
            {found !== null && t("found", { count: found })}
          </p>
        </div>
        <div className="w-full wide:w-96">
          <TextField
            label={t("token")}
            hint={t("tokenHint")}
            mono
            value={token}
            onChange={(event) => setToken(event.target.value)}
            placeholder="lks_…"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </div>
      </div>
      <div className="grid gap-x-10 wide:grid-cols-[11rem_minmax(0,1fr)]">
        {menu}
        <div className="min-w-0">{children}</div>
      </div>
    </Token>
  );
}

/** Shows the calls whose method, path or words hold every word; returns how many. */
function filter(text: string): number {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const group of document.querySelectorAll<HTMLElement>("[data-group]")) {
    let shown = 0;
    for (const call of group.querySelectorAll<HTMLElement>("[data-call]")) {
      const isFound = words.every((word) => call.dataset.call?.toLowerCase().includes(word));
      call.hidden = !isFound;
      shown += isFound ? 1 : 0;
    }
    group.hidden = shown === 0 && words.length > 0;
    count += shown;
  }
  return count;
}

/** A call for the shell, with the token that was typed. */
export function Curl({ command }: { command: string }) {
  const token = useContext(Token);
  return <CopyBox value={token ? command.replace(TOKEN_VARIABLE, token) : command} label="curl" />;
}
