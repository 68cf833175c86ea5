/** Full-text search: checks `ActivityFilter.text`. */
import { badInput } from '../../../platform/lib/errors.ts'

const maxTextLength = 200

/**
 * Returns the search text, or null when it is empty and matches every event. The SQL function
 * audit.search_query (drizzle/migrations/0019_search_unicode.sql) splits the text into words.
 * @throws BAD_USER_INPUT when the text is longer than 200 characters
 */
export function parseText(text: string | null | undefined): string | null {
  if (text == null || text.trim() === '') return null
  if (text.length > maxTextLength)
    throw badInput(`\`text\` must have at most ${maxTextLength} characters.`)
  return text
}

/**
 * Returns whether PostgreSQL can store the text. PostgreSQL cannot store NUL or lone surrogates, so
 * no stored event contains these characters.
 */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()
