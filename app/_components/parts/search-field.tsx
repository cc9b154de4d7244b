"use client";
import { Search } from "lucide-react";

type SearchFieldProps = { value: string; onChange: (value: string) => void; label: string; className?: string };

/** The page's search; the key / goes to it. */
export function SearchField({ value, onChange, label, className = "wide:w-72" }: SearchFieldProps) {
  return (
    <div className={`relative w-full ${className}`}>
      <Search className="pointer-events-none absolute top-2.5 left-2.5 size-3.5 text-ink-3" aria-hidden="true" />
      <input
        type="search"
        data-search=""
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onChange("")}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        className="h-8.5 w-full rounded-control border border-line-strong bg-bg pr-8 pl-8 text-table placeholder:text-ink-3 max-wide:text-[1rem] [&::-webkit-search-cancel-button]:hidden"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-2 right-2 rounded-small border border-b-2 px-1.25 font-mono text-tiny text-ink-3 max-wide:hidden"
      >
        /
      </span>
    </div>
  );
}
