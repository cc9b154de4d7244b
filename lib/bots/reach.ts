// Which services of a bot may stand inside the network: those that an administrator entered, whoever owns the bot by now.
import { refuseService } from "@/lib/bots/http-reply";
import type { Behavior, HttpReply, Reply } from "@/lib/db/documents";
import type { Viewer } from "@/lib/viewer";

type Answering = { reply: Reply; behavior: Partial<Behavior> };

/** What is called: the same base address with another protocol is another address. */
export const serviceOf = ({ url, protocol }: HttpReply): string => (protocol ? `${protocol} ${url}` : url);

/** The services that answer by themselves or by a rule. */
export function servicesIn({ reply, behavior }: Answering): Map<string, HttpReply> {
  const ruled = (behavior.rules ?? []).flatMap(({ action }) => (action.kind === "reply" ? [action.reply] : []));
  const replies = [reply, ...ruled].filter((each): each is HttpReply => each.kind === "http");
  return new Map(replies.map((each) => [serviceOf(each), each]));
}

/**
 * Those that may stand inside the network once this is saved. What was there already keeps what it had; what is new is
 * judged by who saves it. Throws for what they may not enter.
 */
export function reachAfter(
  viewer: Viewer,
  before: (Answering & { insideServices: string[] }) | undefined,
  after: Answering,
): string[] {
  const known = before ? servicesIn(before) : new Map<string, HttpReply>();
  return [...servicesIn(after)].flatMap(([service, reply]) => {
    if (known.has(service)) return before?.insideServices.includes(service) ? [service] : [];
    refuseService(reply, viewer.isAdmin);
    return viewer.isAdmin ? [service] : [];
  });
}
