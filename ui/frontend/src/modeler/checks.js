// What is wrong with an entry, said while it is typed. The rules of the process say the rest.

const WORDS = /^\d+\s*(working[ _])?(minutes?|hours?|days?|weeks?|months?)$/i;
const ISO = /^P(\d+[DWM]|T\d+[HM])$/i;
const CYCLE = /^R\d*\/(.+)$/i;
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;
const FOREIGN = /[$#]\{|&&|\|\||===|^\s*=(?!=)/;

export const MOST_COMPETENCES = 8;

export function allowance(value) {
  const amount = Number(/\d+/.exec(value)?.[0] ?? 0);
  const isWorking = /^\d+\s*working[ _](weeks?|months?)$/i.test(value);
  const isRead = (WORDS.test(value) && !isWorking) || ISO.test(value);
  return value === '' || (isRead && amount >= 1 && amount <= 10000)
    ? '' : 'Write an amount and a unit, such as “3 working days” or “4 working hours”.';
}

export function share(value) {
  const number = Number(value);
  return value === '' || (number > 0 && number < 1)
    ? '' : 'Write a share between 0 and 1, such as 0.8.';
}

export function timer(kind, value) {
  if (value === '') {
    return 'Say when.';
  }
  if (kind === 'timeDate') {
    return DATE.test(value) ? '' : 'Write a date, such as 2027-01-31T09:00:00Z.';
  }
  if (kind === 'timeCycle') {
    return CYCLE.test(value) && allowance(CYCLE.exec(value)[1]) === '' ? '' : 'Write a cycle, such as R3/PT1H or R/P1D.';
  }
  return allowance(value);
}

/** Finds what is certainly no expression; whether its variables exist is checked by the rules. */
export function expression(value) {
  if (FOREIGN.test(value)) {
    return 'Write it as here: severity >= 4 and vulnerable.';
  }
  if (value.includes('\n')) {
    return 'Write it in one line.';
  }
  const open = (value.match(/[([]/g) ?? []).length;
  const closed = (value.match(/[)\]]/g) ?? []).length;
  const quotes = (value.match(/"/g) ?? []).length;
  return open === closed && quotes % 2 === 0 ? '' : 'A bracket or a quotation mark is left open.';
}

export function script(value) {
  const lines = value.split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
  const wrong = lines.find((line) => !/^[A-Za-z_]\w*\s*=(?!=)\s*\S/.test(line));
  return wrong === undefined ? '' : 'Write one assignment a line, such as: stage = 2.';
}

export function competences(value) {
  const named = value.split(',').map((each) => each.trim()).filter(Boolean);
  if (named.length > MOST_COMPETENCES) {
    return 'Name at most eight.';
  }
  return named.some((each) => each.length > 60) ? 'Each has at most 60 characters.' : '';
}

export function amount(value) {
  return value === '' || !/^\d+$/.test(value) || (Number(value) >= 1 && Number(value) <= 1000)
    ? '' : 'At most 1,000 are done.';
}
