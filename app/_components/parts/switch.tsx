"use client";

type SwitchProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean;
  busy?: boolean;
  describedBy?: string | undefined;
};

/** Acts at once. A disabled one can still be reached, so that its explanation can be. */
export function Switch({ checked, onChange, label, disabled = false, busy = false, describedBy }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-disabled={disabled || undefined}
      aria-busy={busy || undefined}
      aria-describedby={describedBy}
      onClick={() => !disabled && !busy && onChange(!checked)}
      className="relative h-5 w-8.5 shrink-0 rounded-full bg-track transition-colors after:absolute after:-inset-3 aria-checked:bg-accent-fill aria-disabled:cursor-not-allowed aria-disabled:opacity-50 focus-visible:rounded-full"
    >
      <span
        aria-hidden="true"
        className={`block size-4 rounded-full bg-knob transition-transform ${checked ? "translate-x-4" : "translate-x-0.5"} ${busy ? "animate-breathe" : ""}`}
      />
    </button>
  );
}
