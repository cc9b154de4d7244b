/** The lark. */
export function Bird({ className = "size-5.5" }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={`flex-none text-accent ${className}`} aria-hidden="true">
      <path
        fill="currentColor"
        d="M3 5c5 0 8 2 9.600 5.200C14.400 6.800 17.500 5.300 21 5.600c-1.300 1-1.900 2.100-2.200 3.500-.9 4.700-4.300 8.300-9.300 8.300-2.400 0-4.600-.8-6-2.100 2 .2 3.800-.2 5.200-1.200C5.300 13 3.300 9.700 3 5z"
      />
    </svg>
  );
}
