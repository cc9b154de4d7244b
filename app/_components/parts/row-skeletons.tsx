/** Rows that are on their way, in the shape of what comes. */
export function RowSkeletons({ rows }: { rows: number }) {
  return (
    <div aria-hidden="true" className="border-t">
      {Array.from({ length: rows }, (_, index) => index).map((index) => (
        <div key={index} className="flex animate-breathe items-center gap-4 border-b py-3">
          <span className="h-3 w-16 rounded-small bg-line" />
          <span className="h-3 rounded-small bg-line" style={{ width: `${30 + ((index * 17) % 35)}%` }} />
          <span className="ml-auto h-3 w-20 rounded-small bg-line" />
        </div>
      ))}
    </div>
  );
}
