// A QR code (ISO/IEC 18004), drawn here: what it says leaves the page for a camera alone. It is
// dark on white whatever the colours of the pages are, since not every camera reads the reverse.
import {useQuery} from "@tanstack/react-query";

const MARGIN = 4;  // of modules, as the standard asks for

interface Code { size: number; dark: string }

async function codeOf(text: string): Promise<Code> {
  const {default: qrcode} = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const modules = Array.from({length: count * count}, (_, at) =>
    [at % count, Math.floor(at / count)] as const);
  const dark = modules.filter(([x, y]) => code.isDark(y, x))
    .map(([x, y]) => `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`).join("");
  return {size: count + 2 * MARGIN, dark};
}

export function Qr({text, title}: {text: string; title: string}) {
  // Secrets stand in them: nothing of it is kept.
  const code = useQuery({queryKey: ["qr", text], queryFn: () => codeOf(text),
                         staleTime: Infinity, gcTime: 0});
  if (!code.data) return <div className="qr" aria-hidden />;
  const {size, dark} = code.data;
  return (
    <svg className="qr" role="img" aria-label={title} viewBox={`0 0 ${size} ${size}`}
         shapeRendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}
