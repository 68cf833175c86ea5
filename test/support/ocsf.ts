/**
 * Validates OCSF events against the definitions in test/vectors/ocsf. Resolves the inheritance
 * (`extends`) and the profiles of the definitions.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The definition of an attribute, from the dictionary or from a class or object. A class or object
 * overrides the dictionary.
 */
interface Attribute {
  type: string
  is_array?: boolean
  requirement?: 'required' | 'recommended' | 'optional'
  /** The profile of the attribute. Only events with this profile may contain the attribute. */
  profile?: string | null
  sibling?: string
  enum?: Record<string, { caption: string }>
  '@deprecated'?: { since: string }
}

interface Definition {
  caption: string
  name: string
  category?: string
  uid?: number
  extends?: string
  attributes: Record<string, Attribute>
  constraints?: { at_least_one?: string[] }
}

interface PrimitiveType {
  type?: string
  regex?: string
  max_len?: number
  range?: [number, number]
}

const root = fileURLToPath(new URL('../vectors/ocsf/', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'))

const dictionary: {
  attributes: Record<string, Attribute>
  types: { attributes: Record<string, PrimitiveType> }
} = read('dictionary.json')
const categories: { attributes: Record<string, { uid: number; caption: string }> } =
  read('categories.json')
const definitions = (folder: string) =>
  new Map(
    globSync(`${folder}/**/*.json`, { cwd: root }).map((path) => [
      basename(path, '.json'),
      read(path) as Definition,
    ]),
  )
const events = definitions('events')
const objects = definitions('objects')

/** Returns the errors of an event. The list is empty when the event is valid. */
export function faultsOf(event: Record<string, unknown>): string[] {
  const name = [...events.values()].find(
    (each) => (isBaseEvent(each) || each.uid !== undefined) && classUidOf(each) === event.class_uid,
  )?.name
  if (name === undefined) return [`class_uid: no class ${event.class_uid}`]
  const profiles = (event.metadata as { profiles?: string[] } | undefined)?.profiles ?? []
  const eventClass = resolve(events, name, profiles)
  return [...membersOf(event, addDerivedEnums(eventClass), profiles, ''), ...typeFaults(event)]
}

/**
 * Returns a definition, merged with its base definitions and the profiles of the event. The result
 * is cached.
 */
function resolve(all: Map<string, Definition>, name: string, profiles: string[]): Definition {
  const key = [all === events ? 'event' : 'object', name, ...profiles].join()
  if (!resolved.has(key)) resolved.set(key, mergeDefinition(all, name, profiles))
  return resolved.get(key)!
}
const resolved = new Map<string, Definition>()

function mergeDefinition(
  all: Map<string, Definition>,
  name: string,
  profiles: string[],
): Definition {
  const own = all.get(name)
  if (!own) throw new Error(`test/vectors/ocsf does not contain ${name}.`)
  const parent = own.extends === undefined ? undefined : resolve(all, own.extends, profiles)
  const { $include = [], ...attributes } = own.attributes as Record<string, Attribute> & {
    $include?: string[]
  }
  const included = $include.map((path) => profileAttributes(path, profiles))
  return {
    ...parent,
    ...own,
    attributes: [parent?.attributes ?? {}, ...included, attributes].reduce(merge),
  }
}

function profileAttributes(path: string, profiles: string[]): Record<string, Attribute> {
  if (!profiles.includes(basename(path, '.json'))) return {}
  if (!existsSync(`${root}${path}`)) throw new Error(`test/vectors/ocsf does not contain ${path}.`)
  return read(path).attributes
}

function merge(
  below: Record<string, Attribute>,
  above: Record<string, Attribute>,
): Record<string, Attribute> {
  const merged = { ...below }
  for (const [name, attribute] of Object.entries(above)) {
    const { enum: values, ...rest } = merged[name] ?? ({} as Attribute)
    merged[name] = {
      ...rest,
      ...attribute,
      ...((values || attribute.enum) && { enum: { ...values, ...attribute.enum } }),
    }
  }
  return merged
}

/** The Base Event belongs to no category. Its definition contains its class and category IDs. */
const isBaseEvent = ({ name }: Definition) => name === 'base_event'
const categoryOf = ({ category }: Definition) => categories.attributes[category!]!
const classUidOf = (event: Definition) =>
  isBaseEvent(event) ? 0 : categoryOf(resolve(events, event.name, [])).uid * 1000 + event.uid!

/**
 * Adds the enumerations of `class_uid`, `category_uid` and `type_uid`, which are not in the
 * definitions.
 */
function addDerivedEnums(eventClass: Definition): Definition {
  const { attributes, caption } = eventClass
  const uid = classUidOf(eventClass)
  const { uid: categoryUid, caption: categoryCaption } = isBaseEvent(eventClass)
    ? { uid: 0, caption: 'Uncategorized' }
    : categoryOf(eventClass)
  const activities = merge(
    { activity_id: dictionary.attributes.activity_id! },
    { activity_id: attributes.activity_id! },
  ).activity_id!.enum!
  const types = Object.entries(activities).map(([id, activity]) => [
    uid * 100 + Number(id),
    { caption: `${caption}: ${activity.caption}` },
  ])
  return {
    ...eventClass,
    attributes: {
      ...attributes,
      class_uid: { ...attributes.class_uid!, enum: { [uid]: { caption } } },
      category_uid: {
        ...attributes.category_uid!,
        enum: { [categoryUid]: { caption: categoryCaption } },
      },
      type_uid: { ...attributes.type_uid!, enum: Object.fromEntries(types) },
    },
  }
}

function typeFaults({ type_uid, class_uid, activity_id }: Record<string, unknown>): string[] {
  return type_uid === Number(class_uid) * 100 + Number(activity_id)
    ? []
    : ['type_uid: is not class_uid * 100 + activity_id']
}

function membersOf(
  value: Record<string, unknown>,
  definition: Definition,
  profiles: string[],
  at: string,
): string[] {
  const faults: string[] = []
  const { attributes, constraints = {} } = definition
  const has = (name: string) => Object.hasOwn(value, name)
  const belongs = ({ profile }: Attribute) => profile == null || profiles.includes(profile)

  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.requirement === 'required' && belongs(attribute) && !has(name))
      faults.push(`${at}${name}: is required`)
  }
  const { at_least_one } = constraints
  if (at_least_one && !at_least_one.some(has))
    faults.push(`${at.slice(0, -1) || 'event'}: has none of ${at_least_one.join(', ')}`)

  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(attributes, name) ? attributes[name]! : undefined
    const general = Object.hasOwn(dictionary.attributes, name)
      ? dictionary.attributes[name]!
      : undefined
    if (!own || !belongs(own)) faults.push(`${at}${name}: is no attribute of ${definition.name}`)
    else if (!general) throw new Error(`The OCSF dictionary does not contain ${name}.`)
    else
      faults.push(
        ...memberFaults(
          member,
          merge({ [name]: general }, { [name]: own })[name]!,
          value,
          profiles,
          `${at}${name}`,
        ),
      )
  }
  return faults
}

function memberFaults(
  member: unknown,
  attribute: Attribute,
  owner: Record<string, unknown>,
  profiles: string[],
  at: string,
): string[] {
  const faults: string[] = []
  if (attribute['@deprecated']) faults.push(`${at}: is deprecated`)
  if (attribute.is_array && !Array.isArray(member)) return [...faults, `${at}: is no list`]
  const values = attribute.is_array ? (member as unknown[]) : [member]
  for (const value of values) {
    faults.push(
      ...(attribute.type.endsWith('_t')
        ? primitiveFaults(value, attribute.type, at)
        : objectFaults(value, attribute.type, profiles, at)),
    )
    if (!attribute.enum) continue
    const caption = attribute.enum[String(value)]?.caption
    const sibling = attribute.sibling === undefined ? undefined : owner[attribute.sibling]
    // If the value is 99 (Other), OCSF allows any text in the sibling attribute.
    const isFree = value === 99
    if (caption === undefined) faults.push(`${at}: ${value} is not in the enumeration`)
    else if (sibling !== undefined && sibling !== caption && !isFree)
      faults.push(`${at}: ${attribute.sibling} is not ${caption}`)
  }
  return faults
}

function objectFaults(value: unknown, type: string, profiles: string[], at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${at}: is no object`]
  // The type `object` allows any members.
  if (type === 'object') return []
  return membersOf(
    value as Record<string, unknown>,
    resolve(objects, type, profiles),
    profiles,
    `${at}.`,
  )
}

function primitiveFaults(value: unknown, type: string, at: string): string[] {
  const {
    type: base = type,
    regex,
    max_len,
    range,
  } = dictionary.types.attributes[type] ??
  fail(`The OCSF dictionary does not contain the type ${type}.`)
  const fits: Record<string, () => boolean> = {
    string_t: () => typeof value === 'string' && value.isWellFormed(),
    integer_t: () => Number.isSafeInteger(value),
    long_t: () => Number.isSafeInteger(value),
    boolean_t: () => typeof value === 'boolean',
  }
  const isFit =
    (fits[base] ?? fail(`The test has no check for the type ${base}.`))() &&
    (regex === undefined || new RegExp(regex).test(value as string)) &&
    (max_len === undefined || (value as string).length <= max_len) &&
    (range === undefined || ((value as number) >= range[0] && (value as number) <= range[1])) &&
    (type !== 'timestamp_t' || isMilliseconds(value as number))
  return isFit ? [] : [`${at}: ${JSON.stringify(value)} is no ${type}`]
}

/** Checks that a time is in milliseconds and between the years 2000 and 2200. */
const isMilliseconds = (time: number) => time > Date.UTC(2000) && time < Date.UTC(2200)

function fail(message: string): never {
  throw new Error(message)
}
