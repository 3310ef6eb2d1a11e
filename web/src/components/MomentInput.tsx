// A moment, typed as people of the place read it; what it is given and says is in UTC. Nothing can
// be typed before it is known where that is.
import {TextInput, type TextInputProps} from "@mantine/core";
import {useContext} from "react";

import {civil, momentOf, type ZoneName} from "./civil";
import {Zone} from "./Time";

interface Props extends Pick<TextInputProps, "size" | "w"> {
  label: string;
  value: string | undefined;
  change: (moment: string) => void;  // empty: none
}

function shown(value: string | undefined, zone: ZoneName) {
  return value && !Number.isNaN(Date.parse(value)) ? civil(value, zone) : "";
}

export function MomentInput({value, change, ...rest}: Props) {
  const zone = useContext(Zone);
  return (
    <TextInput type="datetime-local" key={`${value} ${zone}`} defaultValue={shown(value, zone)} {...rest}
               readOnly={zone === undefined}
               {...(zone ? {title: `In the time of ${zone}`} : {})}
               onBlur={({currentTarget: {value: text}}) => {
                 if (text !== shown(value, zone)) change(text ? momentOf(text, zone) : "");
               }} />
  );
}
