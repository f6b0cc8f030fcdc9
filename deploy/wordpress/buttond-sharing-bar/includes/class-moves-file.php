<?php
/**
 * Old and new addresses, as a file for `buttond move`.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * An address is in the file only if no other post has it now, for that post's counts would be moved; and once.
 */
final class Moves_File {

	/**
	 * Posts of a portion.
	 */
	const PORTION = 200;

	/**
	 * Sends the file.
	 *
	 * @param Earlier_Addresses $earlier What the posts had before.
	 */
	public static function send( Earlier_Addresses $earlier ) {
		Public_Posts::begin_file( 'moves.csv', 'from,to' );
		$id     = 0;
		$shared = array();
		do {
			$posts   = Public_Posts::after( $id, self::PORTION );
			$is_full = count( $posts ) === self::PORTION;
			$moves   = array();
			foreach ( $posts as $post ) {
				$id   = $post->ID;
				$link = Public_Posts::link( $post );
				if ( '' !== $link ) {
					foreach ( $earlier->of( $post, $link ) as $key => $from ) {
						$moves += array( $key => array( $from, $link ) ); // The first post that had it is the one WordPress redirects to.
					}
				}
			}
			$moves   = array_diff_key( $moves, self::in_use( $moves ), $shared );
			$shared += self::claimed_again( $moves, $id );
			foreach ( $moves as $move ) {
				Public_Posts::write_line( $move[0], $move[1] );
			}
			flush();
			Public_Posts::forget();
		} while ( $is_full );
	}

	/**
	 * The addresses that posts have now, of those that are to be moved.
	 *
	 * @param array[] $moves Each array( from, to ), by the key of `from`.
	 * @return array Keys as those of `$moves`.
	 */
	private static function in_use( array $moves ) {
		global $wpdb;
		$slugs = self::slugs( $moves );
		if ( ! $slugs ) {
			return array();
		}
		$types = Public_Posts::types();
		$marks = implode( ', ', array_fill( 0, count( $slugs ), '%s' ) );
		$kinds = implode( ', ', array_fill( 0, count( $types ), '%s' ) );
		// phpcs:disable PluginCheck.Security.DirectDB, WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared, WordPress.DB.PreparedSQLPlaceholders -- read once, for a file; the variables hold placeholders.
		$ids = $wpdb->get_col(
			$wpdb->prepare(
				"SELECT ID FROM {$wpdb->posts} WHERE post_name IN ($marks) AND post_type IN ($kinds) AND post_status = 'publish'",
				array_merge( $slugs, $types )
			)
		);
		// phpcs:enable
		_prime_post_caches( $ids, true, false );
		$used = array();
		foreach ( $ids as $id ) {
			$used[ Earlier_Addresses::key( (string) get_permalink( (int) $id ) ) ] = true;
		}
		return $used;
	}

	/**
	 * The addresses of a portion that a later post may have had, too. Few are, so remembering them takes little.
	 *
	 * @param array[] $moves Each array( from, to ), by the key of `from`.
	 * @param int     $id    The portion's last post.
	 * @return array Keys as those of `$moves`.
	 */
	private static function claimed_again( array $moves, $id ) {
		global $wpdb;
		$slugs = self::slugs( $moves );
		if ( ! $slugs ) {
			return array();
		}
		$marks = implode( ', ', array_fill( 0, count( $slugs ), '%s' ) );
		// phpcs:disable PluginCheck.Security.DirectDB, WordPress.DB.DirectDatabaseQuery, WordPress.DB.SlowDBQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared, WordPress.DB.PreparedSQLPlaceholders -- read once, for a file; the variable holds placeholders.
		$again = $wpdb->get_col(
			$wpdb->prepare(
				"SELECT DISTINCT meta_value FROM {$wpdb->postmeta} WHERE meta_key = '_wp_old_slug' AND post_id > %d AND meta_value IN ($marks)",
				array_merge( array( $id ), $slugs )
			)
		);
		// phpcs:enable
		return array_filter(
			$moves,
			static function ( $move ) use ( $again ) {
				return in_array( self::slug( $move[0] ), $again, true );
			}
		);
	}

	/**
	 * The last parts of the addresses that are to be moved.
	 *
	 * @param array[] $moves Each array( from, to ).
	 * @return string[] Each once.
	 */
	private static function slugs( array $moves ) {
		return array_values( array_filter( array_unique( array_map( array( __CLASS__, 'slug' ), array_column( $moves, 0 ) ) ) ) );
	}

	/**
	 * The last part of an address's path, as WordPress names a post by it.
	 *
	 * @param string $link An address.
	 * @return string
	 */
	private static function slug( $link ) {
		$name = basename( (string) wp_parse_url( $link, PHP_URL_PATH ) );
		return sanitize_title( rawurldecode( preg_replace( '/\.[a-z]{3,5}$/D', '', $name ) ) ); // Structures end in .html or such, too.
	}
}
