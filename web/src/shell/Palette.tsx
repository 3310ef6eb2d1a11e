// The command palette: anywhere by a few letters (WAI-ARIA APG, "Combobox"). The focus stays in the
// field; arrows move the choice in the list.
import {type KeyboardEvent, useEffect, useId, useRef, useState} from "react";

import {type Command, useCommands} from "./commands";
import "./palette.css";

function Groups({commands, chosen, idOf, run}: {
  commands: Command[];
  chosen: Command | undefined;
  idOf: (command: Command) => string;
  run: (command: Command) => void;
}) {
  const groups = [...new Set(commands.map(({group}) => group))];
  return groups.map((group) => (
    <div key={group} role="group" aria-label={group}>
      <span aria-hidden>{group}</span>
      {commands.filter((each) => each.group === group).map((each) => (
        <div key={each.id} id={idOf(each)} role="option" aria-selected={each === chosen}
             onClick={() => run(each)}><span>{each.title}</span></div>
      ))}
    </div>
  ));
}

// How far a key moves the choice; nothing for other keys.
const STEPS: Record<string, number> = {ArrowDown: 1, ArrowUp: -1};

export default function Palette({close}: {close: () => void}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const commands = useCommands(typed);
  const chosen = commands[Math.min(at, commands.length - 1)];
  const idOf = (command: Command) => `${name}${command.id.replace(/\W/g, "-")}`;
  const current = chosen && idOf(chosen);

  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  useEffect(() => {
    if (current) document.getElementById(current)?.scrollIntoView({block: "nearest"});
  }, [current]);

  const run = (command: Command) => {
    close();
    command.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined && commands.length > 0) {
      event.preventDefault();
      const count = commands.length;
      setAt((old) => (Math.min(old, count - 1) + step + count) % count);
    }
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      run(chosen);
    }
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Go to, or do"
            onCancel={(event) => { event.preventDefault(); close(); }}
            onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <input role="combobox" aria-expanded aria-controls={`${name}list`} aria-autocomplete="list"
             aria-activedescendant={current} aria-label="A page, an act, a name or an id"
             placeholder="A page, an act, a name or an id" autoComplete="off" spellCheck={false}
             value={typed} onKeyDown={press}
             onChange={(event) => { setTyped(event.currentTarget.value); setAt(0); }} />
      <div id={`${name}list`} role="listbox" aria-label="What fits">
        <Groups commands={commands} chosen={chosen} idOf={idOf} run={run} />
      </div>
      <footer role="status">
        {commands.length === 0 ? "Nothing fits." : "↑ ↓ to choose, Enter to go, Esc to leave"}
      </footer>
    </dialog>
  );
}
