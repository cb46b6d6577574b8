/** Warns where no relay ran, so that no system can tell: as a Node process warning. */
export function warnProcess(code: string, message: string): void {
  process.emitWarning(message, { type: 'RxProcessWarning', code });
}
