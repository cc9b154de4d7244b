import { PageHead } from "@/app/_components/parts/page-head";

/** The head of a page whose sentence is on its way. */
export function ComingHead({ title }: { title: string }) {
  return (
    <PageHead
      title={
        <>
          <span className="sr-only">{title}</span>
          <span
            aria-hidden="true"
            className="inline-block h-[0.75em] w-64 max-w-full animate-breathe rounded-small bg-line"
          />
        </>
      }
    />
  );
}
