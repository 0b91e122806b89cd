// Where @next/mdx looks for the vocabulary of the lessons.
export { lessonVocabulary as useMDXComponents } from "./components/lesson/vocabulary";
