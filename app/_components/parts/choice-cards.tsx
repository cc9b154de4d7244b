"use client";
import { useEffect, useEffectEvent, useId, useRef } from "react";

type ChoiceCardsProps<T extends string> = {
  name: string;
  label: string;
  options: { value: T; title: string; text: string }[];
  value: T;
  onChange: (value: T) => void;
  error?: string | undefined;
};

/** A choice of one among few that each need a sentence. */
export function ChoiceCards<T extends string>({ name, label, options, value, onChange, error }: ChoiceCardsProps<T>) {
  const id = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  // What was chosen before the page came to life is in the browser alone.
  const takeUp = useEffectEvent(() => {
    const chosen = group.current?.querySelector<HTMLInputElement>("input:checked")?.value as T | undefined;
    if (chosen !== undefined && chosen !== value) onChange(chosen);
  });
  useEffect(() => takeUp(), []);
  return (
    <fieldset ref={group} aria-describedby={error ? `${id}-error` : undefined} className="grid gap-2">
      <legend className="mb-1 text-table font-medium">{label}</legend>
      <div className="grid gap-2 wide:grid-cols-2">
        {options.map((option) => (
          <div
            key={option.value}
            className="relative flex gap-2.5 rounded-card border p-3 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent hover:border-line-strong"
          >
            <input
              type="radio"
              id={`${id}-${option.value}`}
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              aria-describedby={`${id}-${option.value}-text`}
              className="relative z-1 mt-0.75 size-4 shrink-0 accent-accent-fill"
            />
            <span className="min-w-0">
              <label htmlFor={`${id}-${option.value}`} className="font-medium after:absolute after:inset-0">
                {option.title}
              </label>
              <span id={`${id}-${option.value}-text`} className="block text-small text-pretty text-ink-2">
                {option.text}
              </span>
            </span>
          </div>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-small text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}
