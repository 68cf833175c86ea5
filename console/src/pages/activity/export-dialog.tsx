/** Takes the log home: one click, with what is filtered, and how far it has come. */
import {
  Body1,
  Button,
  Caption1,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Dropdown,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Option,
  ProgressBar,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError, ask } from '../../app/graphql.ts'
import {
  type ActivityExportCompression,
  type ActivityExportFormat,
  type ActivityFilter,
  CreateActivityExportDocument,
} from './activity.graphql.ts'
import { type Downloaded, download, type Progress } from './export-download.ts'
import { counted, inFigures } from './labels.ts'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  muted: { color: tokens.colorNeutralForeground2 },
})

const formats: Record<ActivityExportFormat, [name: string, what: string]> = {
  NDJSON: ['NDJSON, with proofs', 'everything; what “npm run verify” reads'],
  CSV: ['CSV', 'for a spreadsheet'],
  OCSF: ['OCSF', 'for security products'],
}
const compressions: Record<ActivityExportCompression, string> = {
  NONE: 'None',
  GZIP: 'Gzip',
  ZSTD: 'Zstandard',
}

export function ExportButton({
  tenantId,
  filter,
}: {
  tenantId: string
  filter: ActivityFilter | null
}) {
  const styles = useStyles()
  const [format, setFormat] = useState<ActivityExportFormat>('NDJSON')
  const [compression, setCompression] = useState<ActivityExportCompression>('NONE')
  const [progress, setProgress] = useState<Progress | null>(null)
  const [total, setTotal] = useState<number | null>(null)
  const stop = useRef<AbortController | null>(null)
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: async () => {
      stop.current = new AbortController()
      setProgress({ bytes: 0, events: 0, again: 0 })
      setTotal(null)
      const { createActivityExport } = await ask(tenantId, CreateActivityExportDocument, {
        input: { tenantId, filter, format, compression },
      })
      const [refused] = createActivityExport?.userErrors ?? []
      if (refused || !createActivityExport?.export)
        throw new ApiError(refused?.code ?? 'FORBIDDEN', refused?.message ?? 'You may not export.')
      setTotal(createActivityExport.export.eventCount)
      // The same service, under whichever of its names this page came by.
      const { pathname, search } = new URL(createActivityExport.export.downloadUrl)
      const file = await download(
        { address: pathname + search, format, compression },
        setProgress,
        stop.current.signal,
      )
      save(file)
      return { ...file, address: pathname + search }
    },
  })
  const close = (isOpen: boolean) => {
    if (isOpen) return
    stop.current?.abort()
    reset()
  }
  const isStopped = error instanceof DOMException
  return (
    <Dialog onOpenChange={(_, { open }) => close(open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<ArrowDownloadRegular />}>Export</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Export the Activity log</DialogTitle>
          <DialogContent className={styles.content}>
            <Body1>
              {filter
                ? 'The events that the filter shows. The file proves each of them, and cannot prove that none is left out.'
                : 'All events. The file proves each of them, and that none is missing.'}
            </Body1>
            <Field label="Format">
              <RadioGroup
                value={format}
                disabled={isPending}
                onChange={(_, { value }) => setFormat(value as ActivityExportFormat)}
              >
                {Object.entries(formats).map(([value, [name, what]]) => (
                  <Radio key={value} value={value} label={`${name}: ${what}`} />
                ))}
              </RadioGroup>
            </Field>
            <Field label="Compression">
              <Dropdown
                disabled={isPending}
                value={compressions[compression]}
                selectedOptions={[compression]}
                onOptionSelect={(_, { optionValue }) =>
                  setCompression(optionValue as ActivityExportCompression)
                }
              >
                {Object.entries(compressions).map(([value, name]) => (
                  <Option key={value} value={value}>
                    {name}
                  </Option>
                ))}
              </Dropdown>
            </Field>
            {isPending && progress && <Coming progress={progress} total={total} />}
            <div aria-live="polite">
              {data && <Done downloaded={data} format={format} />}
              {error && !isStopped && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>
                    <MessageBarTitle>Not exported.</MessageBarTitle> {error.message}
                  </MessageBarBody>
                </MessageBar>
              )}
            </div>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={isPending} onClick={() => mutate()}>
              {data ? 'Download again' : 'Download'}
            </Button>
            <DialogTrigger disableButtonEnhancement>
              <Button>{isPending ? 'Cancel' : 'Close'}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function Coming({
  progress: { bytes, events, again },
  total,
}: {
  progress: Progress
  total: number | null
}) {
  const of = total !== null && events !== null && total > 0
  const said = [
    events !== null &&
      (of ? `${inFigures(events)} of ${counted(total, 'event')}` : counted(events, 'event')),
    megabytes(bytes),
    again > 0 && `broke off ${counted(again, 'time')}`,
  ]
  return (
    <Field validationMessage={said.filter(Boolean).join(', ')} validationState="none">
      <ProgressBar value={of ? events / total : undefined} aria-label="Downloading" />
    </Field>
  )
}

function Done({
  downloaded: { name, bytes, events, address },
  format,
}: {
  downloaded: Downloaded & { address: string }
  format: ActivityExportFormat
}) {
  const styles = useStyles()
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {events === null ? 'Downloaded' : counted(events, 'event')}
        </MessageBarTitle>{' '}
        {megabytes(bytes)} in {name}.{' '}
        {format === 'NDJSON' && 'Whether it is whole and as it was sealed: npm run verify. '}
        <Caption1 className={styles.muted}>
          For an hour also at <a href={address}>its own address</a>.
        </Caption1>
      </MessageBarBody>
    </MessageBar>
  )
}

const megabytes = (bytes: number) =>
  bytes < 1_000_000
    ? `${inFigures(Math.ceil(bytes / 1_000))} kB`
    : `${inFigures(Math.round(bytes / 100_000) / 10)} MB`

/** Puts a file where the browser puts downloads. */
function save({ name, file }: Downloaded): void {
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(file),
    download: name,
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
