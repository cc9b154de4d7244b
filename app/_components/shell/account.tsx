"use client";
import { LogOut } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { signOut } from "@/app/_components/shell/session";
import type { Person } from "@/app/_components/shell/side-bar";

/** Who is signed in, and the way out. */
export function Account({ person }: { person: Person }) {
  const t = useTranslations("ui.shell");
  return (
    <div className="flex items-center gap-2.5 px-2 text-table text-ink-2">
      <Link
        href="/account"
        className="flex min-h-8 min-w-0 flex-1 items-center gap-2.5 hover:text-ink"
        aria-label={t("accountOf", { name: person.name })}
      >
        <span
          aria-hidden="true"
          className="grid size-6 flex-none place-items-center rounded-full bg-accent-soft text-tiny font-semibold text-accent-ink"
        >
          {initials(person.name)}
        </span>
        <span className="truncate">{person.name}</span>
      </Link>
      <button
        type="button"
        onClick={signOut}
        aria-label={t("signOut")}
        data-tip={t("signOut")}
        data-tip-side="end"
        className="tip -m-1 grid size-8 flex-none place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
      >
        <LogOut className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  // A Chinese name is known by its last characters, another by the first letters of its words.
  if (/\p{Script=Han}/u.test(name)) return [...name.trim()].slice(-2).join("");
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}
