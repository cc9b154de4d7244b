const SHAPES = {
  dot: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  dashed: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.1 2.1" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 2a4 4 0 0 0 0 8z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M6 1.2 11.3 10.6H.7z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  diamond: <path d="M6 1 11 6 6 11 1 6z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  tick: (
    <path
      d="m2.200 6.400 2.500 2.500 5.100-5.800"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.800"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
} as const;

/** The shapes that stand beside a word, so that a state is never told by its colour alone. */
export function Shape({ of, className = "size-3" }: { of: keyof typeof SHAPES; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" className={`flex-none ${className}`} aria-hidden="true">
      {SHAPES[of]}
    </svg>
  );
}

export type ShapeName = keyof typeof SHAPES;
