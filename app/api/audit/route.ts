// Who changed what.
import { listAuditEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { listAudit, showAuditEntries } from "@/lib/auth/audit-log";

export const GET = route(listAuditEndpoint, async ({ runtime, query }) => {
  const page = await listAudit(runtime.db, query);
  return { entries: await showAuditEntries(runtime.db, page.items), nextCursor: page.nextCursor };
});
