package convoy.worker.data;

@SuppressWarnings("DoNotCallSuggester")
final class Canvas {
    int height() {
        throw new UnsupportedOperationException();
    }

    int width() {
        throw new UnsupportedOperationException();
    }

    void crop(int top, int left, int height, int width) {
        throw new UnsupportedOperationException();
    }

    void flip() {
        throw new UnsupportedOperationException();
    }

    void resize(int height, int width) {
        throw new UnsupportedOperationException();
    }

    void resizedCrop(int top, int left, int height, int width, int side) {
        throw new UnsupportedOperationException();
    }
}
