// What an app is set up with so that every part of Larkspur works: scopes, events, callbacks. It imports nothing: the browser uses it too.

/** Without those that Feishu has an administrator look at first; a bot that needs one is told so by the doctor. */
export const APP_SCOPES: readonly string[] = [
  "application:application:self_manage",
  "application:bot.menu:write",
  "cardkit:card:write",
  "contact:user.base:readonly",
  "im:chat.access_event.bot_p2p_chat:read",
  "im:chat.members:bot_access",
  "im:chat:readonly",
  "im:message.group_at_msg:readonly",
  "im:message.p2p_msg:readonly",
  "im:message.reactions:read",
  "im:message.reactions:write_only",
  "im:message:readonly",
  "im:message:recall",
  "im:message:send_as_bot",
  "im:message:update",
  "im:resource",
];

/** The first is the one that no bot does without. */
export const APP_EVENTS: readonly string[] = [
  "im.message.receive_v1",
  "im.message.recalled_v1",
  "im.message.reaction.created_v1",
  "im.message.reaction.deleted_v1",
  "im.chat.access_event.bot_p2p_chat_entered_v1",
  "im.chat.member.bot.added_v1",
  "im.chat.member.bot.deleted_v1",
  "application.bot.menu_v6",
];

export const APP_CALLBACKS: readonly string[] = ["card.action.trigger"];

/** In the form that the developer console imports. */
export const scopesToImport = (scopes: readonly string[]): string =>
  JSON.stringify({ scopes: { tenant: scopes, user: [] } }, null, 2);
