// Brings what people type into one form, so that a command or a rule is found however a keyboard writes it.

// What is drawn as nothing: keyboards and copied texts leave them behind.
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Lower case, ASCII's own slash and letters instead of full-width ones, without invisible characters around or inside. */
export const plainWords = (text: string): string =>
  text.replace(INVISIBLE, "").normalize("NFKC").replace(INVISIBLE, "").toLowerCase().trim();
