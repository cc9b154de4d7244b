import Link from "next/link";
import type { ComponentProps } from "react";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "border-accent-fill bg-accent-fill text-on-accent hover:brightness-105",
  plain: "border-line-strong bg-bg text-ink hover:bg-hover",
  quiet: "border-transparent bg-transparent text-ink-2 hover:bg-hover hover:text-ink",
  danger: "border-bad bg-bg text-bad hover:bg-bad-soft",
};

const buttonClass = (look: Look, size: "normal" | "small", className = "") =>
  `inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${
    size === "small" ? "tap min-h-7 px-2.5 text-small" : "min-h-8.5 px-3 text-table"
  } ${LOOKS[look]} ${className}`;

type ButtonProps = ComponentProps<"button"> & { look?: Look; size?: "normal" | "small"; busy?: boolean };

/** `busy` shows that it works and takes no second click; it stays focusable, so that the focus is not lost. */
export function Button({ look = "plain", size = "normal", busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      className={buttonClass(look, size, className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

type LinkButtonProps = ComponentProps<typeof Link> & { look?: Look; size?: "normal" | "small" };

export function LinkButton({ look = "plain", size = "normal", className, ...rest }: LinkButtonProps) {
  return <Link {...rest} className={buttonClass(look, size, className)} />;
}

export function Spinner() {
  return (
    <svg viewBox="0 0 16 16" className="size-3.5 animate-spin" aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
