import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";

type Described = { label: ReactNode; hint?: ReactNode; error?: string | undefined };

const CONTROL =
  "w-full rounded-control border border-line-strong bg-bg px-2.5 text-base text-ink placeholder:text-ink-3 aria-invalid:border-bad disabled:bg-sunk disabled:text-ink-3 max-wide:text-[1rem]";

function Frame({ id, label, hint, error, children }: Described & { id: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="text-table font-medium">
        {label}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} className="text-small text-bad">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-small text-ink-3">
          {hint}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { hint, error }: Described) => ({
  id,
  "aria-invalid": error ? true : undefined,
  "aria-describedby": [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined,
});

type TextFieldProps = Described & Omit<ComponentProps<"input">, "id"> & { mono?: boolean };

export function TextField({ label, hint, error, mono, className = "", ...input }: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        type="text"
        {...input}
        {...described(id, { label, hint, error })}
        className={`${CONTROL} h-9 ${mono ? "font-mono text-table" : ""} ${className}`}
      />
    </Frame>
  );
}

export function TextArea({ label, hint, error, ...area }: Described & Omit<ComponentProps<"textarea">, "id">) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        rows={3}
        {...area}
        {...described(id, { label, hint, error })}
        className={`${CONTROL} py-1.5 font-mono text-table`}
      />
    </Frame>
  );
}

type ChoiceProps = Described & Omit<ComponentProps<"select">, "id"> & { options: { value: string; text: string }[] };

export function Choice({ label, hint, error, options, ...select }: ChoiceProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select {...select} {...described(id, { label, hint, error })} className={`${CONTROL} h-9`}>
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

type TickProps = Omit<ComponentProps<"input">, "id" | "type"> & { label: ReactNode; hint?: ReactNode };

export function Tick({ label, hint, ...input }: TickProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        type="checkbox"
        {...input}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-4.5 shrink-0 accent-accent-fill"
      />
      <div>
        <label htmlFor={id} className="text-table font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-small text-ink-3">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
