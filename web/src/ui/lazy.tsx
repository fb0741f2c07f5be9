// Parts of the page that are fetched when they are first needed.
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";

/** A component that shows `meanwhile` until `load()` has answered, and then the component of that answer. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: VNode | null = null,
): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [, setThere] = useState(false);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          setThere(true);
        },
        () => setFailed(true),
      );
    }, []);
    if (loaded) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    if (!failed) return meanwhile;
    return (
      <button type="button" class="btn" onClick={() => location.reload()}>
        {t("bye.reload")}
      </button>
    );
  };
}
