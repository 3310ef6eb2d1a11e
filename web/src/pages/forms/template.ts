// A form's template, as far as the pages show it (docs/forms.md).
import {useQuery} from "@tanstack/react-query";

import {answer, api, type Schemas} from "../../api/client";
import {useSubdomain} from "../../shell/institution";

type Text = Record<string, string>;

export interface Property {
  type: "string" | "integer" | "number" | "boolean" | "array" | "object";
  format?: string;
  enum?: string[];
  const?: boolean;
  items?: {enum: string[]};
}

export interface Field {
  field: string;
  label: Text;
  statement?: Text;
  help?: Text;
  choices?: Record<string, Text>;
  required?: boolean;
  show_if?: {field: string; equals?: string | boolean | number; includes?: string};
}

export interface Section {
  title: Text;
  text?: Text;
  fields: Field[];
}

export interface Template {
  name: string;
  languages: string[];
  title: Text;
  text?: Text;
  schema: {properties: Record<string, Property>; required?: string[]};
  sections: Section[];
}

export type Version = Schemas["FormTemplate"];

export function useTemplate(id: number | undefined) {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["form-template", subdomain, id],
    enabled: subdomain !== "" && id !== undefined,
    staleTime: Infinity,  // nothing but `active` of a version ever changes
    queryFn: async () => (await answer<Version & {template: Template}>(
      api.GET("/form_templates/{id}", {params: {path: {id: id ?? 0}, query: {subdomain}}})))
      .data.template,
  });
}

export function useVersions() {
  const subdomain = useSubdomain();
  return useQuery({
    queryKey: ["form-versions", subdomain],
    enabled: subdomain !== "",
    queryFn: async () => (await answer<Version[]>(
      api.GET("/form_templates", {params: {query: {subdomain, limit: 500}}}))).data,
  });
}

// "medical-history 2" of each version that is known, by its id.
export function useVersionNames() {
  const rows = useVersions().data ?? [];
  const names = new Map(rows.map((row) => [row.id, `${row.name} ${row.version}`]));
  return (id: number) => names.get(id) ?? `no. ${id}`;
}

// In that language, or in the form's first.
export function say(text: Text | undefined, language: string) {
  return text?.[language] ?? Object.values(text ?? {})[0] ?? "";
}

// How a property is asked for, in a word.
export function kindOf({type, format, enum: values, const: consent}: Property) {
  if (type === "array") return "any of a list";
  if (values) return "one of a list";
  if (consent) return "consent";
  if (format) return format;
  return {string: "text", integer: "whole number", number: "number", boolean: "yes or no",
          object: "object"}[type];
}
