// Opens the command palette, by itself and by Ctrl or Cmd with K. The palette is loaded when it is
// wanted first.
import {ActionIcon, Button, Kbd} from "@mantine/core";
import {IconSearch} from "@tabler/icons-react";
import {lazy, Suspense, useEffect, useState} from "react";

const Palette = lazy(() => import("./Palette"));

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function PaletteButton() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((old) => !old);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  const show = () => setOpen(true);
  return (
    <>
      <Button variant="default" className="second"
              leftSection={<IconSearch size={16} aria-hidden />}
              rightSection={<Kbd size="xs" aria-hidden>{MAC ? "⌘ K" : "Ctrl K"}</Kbd>}
              aria-keyshortcuts="Control+K Meta+K" onClick={show}>Go to</Button>
      <ActionIcon variant="default" size="lg" className="first" aria-label="Go to" onClick={show}>
        <IconSearch size={18} />
      </ActionIcon>
      {open && <Suspense fallback={null}><Palette close={() => setOpen(false)} /></Suspense>}
    </>
  );
}
