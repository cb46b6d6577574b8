/**
 * Copies a text. Where the page is not from a safe origin, as by HTTP from another machine, browsers have no clipboard
 * for it: then what the field shows is selected and copied.
 *
 * @returns whether that was done
 */
export async function copyText(text: string, field: HTMLTextAreaElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.select();
    return field !== null && document.execCommand('copy');
  }
}
