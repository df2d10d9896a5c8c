// A count with its noun, by the language's plural rules.
const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

export const plural =
  (locale: string) =>
  (count: number | string, forms: { one: string; other: string }): string => {
    if (!rules.has(locale)) {
      rules.set(locale, new Intl.PluralRules(locale));
      numbers.set(locale, new Intl.NumberFormat(locale));
    }
    const form = rules.get(locale)!.select(Number(count)) === 'one' ? forms.one : forms.other;
    return form.replace('#', numbers.get(locale)!.format(Number(count)));
  };
