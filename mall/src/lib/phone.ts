/** A phone number as people read it: 138 1234 5678; what is not a Chinese mobile number stays as it is. */
export function formatPhone(phone: string): string {
  const [, one, two, three] = /^(?:\+86)?(1\d{2})(\d{4})(\d{4})$/.exec(phone.replace(/[\s-]/g, '')) ?? [];
  return one && two && three ? `${one} ${two} ${three}` : phone;
}
