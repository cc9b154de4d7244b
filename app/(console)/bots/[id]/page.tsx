import { BotOverview } from "@/app/_components/bot/bot-overview";
import { visitBot } from "@/app/_session/visit-bot";
import { listChanges } from "@/lib/connections/history";
import { readFeedback } from "@/lib/events/feedback";
import { listEvents, showEvent } from "@/lib/events/queries";
import { readUsage } from "@/lib/events/usage";

const DAYS = 7;
const A_DAY_MS = 24 * 60 * 60 * 1000;

export default async function BotPage({ params }: { params: Promise<{ id: string }> }) {
  const { bot, runtime, locale } = await visitBot((await params).id);
  const [history, events, usage, feedback] = await Promise.all([
    listChanges(runtime.db, bot.id, new Date(Date.now() - A_DAY_MS), locale),
    listEvents(runtime.db, bot.id, { limit: 5 }),
    readUsage(runtime.db, bot.id, DAYS),
    readFeedback(runtime.db, bot.id, DAYS),
  ]);
  const shown = events.items.map((row) => showEvent(row, locale));
  return <BotOverview history={history} events={shown} usage={usage} feedback={feedback} />;
}
