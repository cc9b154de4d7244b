import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/** The way one level up, close above a heading. */
export function BackLink({
  href,
  className = "",
  children,
}: {
  href: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // Above it lies the top bar: what a thumb hits besides is below.
    <Link
      href={href}
      className={`tap flex w-fit max-wide:before:-bottom-5 items-center gap-0.5 rounded-small text-table text-ink-3 hover:text-ink ${className}`}
    >
      <ChevronLeft className="-ml-1 size-3.5" aria-hidden="true" />
      {children}
    </Link>
  );
}
