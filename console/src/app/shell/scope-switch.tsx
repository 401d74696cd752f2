/** Which region or store the lists and figures are about. */
export function ScopeSwitch() {
  return null;
}
