package convoy.architectures.edit;

/**
 * Names of layers: one name, the beginning of names up to a dot, or either with {@code *} for any characters and {@code ?} for one.
 *
 * @param text as it is written
 */
record LayerPattern(String text) {
    boolean names(String layer) {
        if (matches(layer)) {
            return true;
        }
        for (int dot = layer.indexOf('.'); dot >= 0; dot = layer.indexOf('.', dot + 1)) {
            if (matches(layer.substring(0, dot))) {
                return true;
            }
        }
        return false;
    }

    /** From left to right; after a misfit the last star takes one character more. No pattern takes longer than both lengths multiplied. */
    private boolean matches(String name) {
        int at = 0;
        int star = -1;
        int taken = 0;
        for (int i = 0; i < name.length(); ) {
            char wanted = at < text.length() ? text.charAt(at) : 0;
            if (wanted == '*') {
                star = at++;
                taken = i;
            } else if (at < text.length() && (wanted == '?' || wanted == name.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++taken;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
