"use client";

type SegmentsProps<T extends string> = {
  label: string;
  options: { value: T; text: string; count?: number }[];
  value: T;
  onChange: (value: T) => void;
};

/** A choice of one among few, all of them in sight. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    <fieldset
      aria-label={label}
      className="flex max-w-full min-w-0 gap-1 overflow-x-auto py-0.5 max-wide:-my-1 max-wide:py-1.5"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="tap inline-flex min-h-7.5 items-center gap-1.5 rounded-full border border-transparent px-3 text-small whitespace-nowrap text-ink-2 hover:bg-hover aria-pressed:border-line-strong aria-pressed:bg-bg aria-pressed:font-medium aria-pressed:text-ink -outline-offset-2"
        >
          {option.text}
          {option.count !== undefined && <span className="text-ink-3">{option.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
