"use client";
import { Switch as Parts } from "@base-ui/react/switch";

type SwitchProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean;
  busy?: boolean;
  describedBy?: string | undefined;
};

export function Switch({ checked, onChange, label, disabled = false, busy = false, describedBy }: SwitchProps) {
  return (
    <Parts.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      aria-busy={busy || undefined}
      aria-describedby={describedBy}
      className="relative h-5 w-8.5 shrink-0 rounded-full bg-track transition-colors after:absolute after:-inset-3 data-checked:bg-accent-fill data-disabled:cursor-not-allowed data-disabled:opacity-50"
    >
      <Parts.Thumb
        className={`block size-4 translate-x-0.5 translate-y-0.5 rounded-full bg-knob transition-transform data-checked:translate-x-4 ${busy ? "animate-breathe" : ""}`}
      />
    </Parts.Root>
  );
}
